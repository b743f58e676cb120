// Browsers beside Chromium, as Debian has them: where they are, what installs them, and how they are started.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where a program of PATH is; undefined where there is none. */
function programOf(...names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/** Firefox, of which ESR is Debian's. */
export const firefox = {
  program: programOf("firefox-esr", "firefox"),
  lack: "apt-get install firefox-esr",
  args: (profile: string) => ["--headless", "--no-remote", "--profile", profile],
};

/** WebKitGTK's own small browser, which is in no folder of PATH, and its driver; without a display they need Xvfb. */
export const webKitGtk = {
  program: ["4.1", "4.0", "6.0"].map((version) => `/usr/lib/x86_64-linux-gnu/webkit2gtk-${version}/MiniBrowser`).find(existsSync),
  driver: programOf("WebKitWebDriver"),
  display: programOf("xvfb-run"),
  lack: "apt-get install webkit2gtk-driver xvfb xauth",
  /** As root, WebKit's own sandbox cannot be made; the pages are ours. */
  env: { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" },
};
