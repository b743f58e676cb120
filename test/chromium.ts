import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** The Chromium of this machine: CHROME_BIN, or the first of the usual places; undefined where there is none. */
export const chromiumPath = process.env.CHROME_BIN ?? usualPlaces.find((path) => existsSync(path));

if (chromiumPath === undefined) {
  const message = "browser tests skipped: no Chromium found; install one (apt-get install chromium) or set CHROME_BIN";
  if (process.env.MASSGRID_NEEDS_BROWSER) throw new Error(message);
  console.log(message);
}

/** A headless Chromium that asks nothing of the network. */
export function launch(): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  return chromium.launch({
    ...(chromiumPath ? { executablePath: chromiumPath } : {}),
    args: [...args, "--disable-component-update", "--disable-sync"],
  });
}
