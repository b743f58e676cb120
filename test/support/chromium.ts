import { existsSync } from "node:fs";
import type { Browser } from "playwright-core";

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

/** How it is started: without a window, asking nothing of the network. */
export const launchOptions = {
  ...(chromiumPath ? { executablePath: chromiumPath } : {}),
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

/** Says that browser tests are skipped, where they are; throws where they must not be. */
export function tellIfMissing(): void {
  if (chromiumPath !== undefined) return;
  const message = "browser tests skipped: no Chromium found; install one (apt-get install chromium) or set CHROME_BIN";
  if (process.env.MASSGRID_NEEDS_BROWSER) throw new Error(message);
  console.log(message);
}

export async function launch(): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  return chromium.launch(launchOptions);
}
