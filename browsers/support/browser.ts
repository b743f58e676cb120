// What the tests do with a browser, whatever protocol it is driven by.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A key of WebDriver, or a character. */
export type Key = keyof typeof keys | (string & {});

const keys = {
  Tab: "\uE004",
  Enter: "\uE007",
  Shift: "\uE008",
  Control: "\uE009",
  End: "\uE010",
  Home: "\uE011",
  ArrowLeft: "\uE012",
  ArrowUp: "\uE013",
  ArrowRight: "\uE014",
  ArrowDown: "\uE015",
} as const;

/** What WebDriver calls a key. */
export function codeOf(key: Key): string {
  return Object.entries(keys).find(([name]) => name === key)?.[1] ?? key;
}

/** Keys that are pressed one in another, and let go in the opposite order, as WebDriver's actions of a keyboard. */
export function chord(pressed: readonly Key[]): { type: string; value: string }[] {
  const values = pressed.map(codeOf);
  const up = [...values].reverse().map((value) => ({ type: "keyUp", value }));
  return [...values.map((value) => ({ type: "keyDown", value })), ...up];
}

/** A function's body, which may wait and has `args`, as an expression that gives a text of JSON. */
export function asJson(body: string, args: readonly unknown[]): string {
  return `(async (...args) => JSON.stringify((await (async () => { ${body} })()) ?? null))(...${JSON.stringify(args)})`;
}

export interface Browser {
  readonly name: string;
  /** Files that pages have saved. */
  readonly downloads: string;
  open(url: string): Promise<void>;
  /** Runs a function's body in the page; what it returns comes as JSON. */
  run(body: string, ...args: readonly unknown[]): Promise<unknown>;
  /** Actions of the keyboard, in turn. */
  keyboard(actions: readonly { type: string; value: string }[]): Promise<void>;
  /** The browser's own Back, or Forward. */
  step(by: -1 | 1): Promise<void>;
  close(): Promise<void>;
}

/** A home of its own for a browser that is started, which ends with it. */
export class Started {
  readonly home = mkdtempSync(join(tmpdir(), "massgrid-browser-"));
  readonly downloads = join(this.home, "Downloads");
  #child: ChildProcess | undefined;
  #said = "";

  constructor() {
    mkdirSync(this.downloads);
  }

  /** Starts a program; `C` is the language that containers have. */
  start(program: string, args: readonly string[], env: Record<string, string> = {}): void {
    const own = { HOME: this.home, XDG_CONFIG_HOME: join(this.home, ".config"), LANG: "C.UTF-8", LC_ALL: "C.UTF-8", ...env };
    this.#child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"], detached: true, env: { ...process.env, ...own } });
    this.#child.stderr?.on("data", (text) => {
      this.#said = (this.#said + text).slice(-4000);
    });
  }

  get said(): string {
    return this.#said;
  }

  async end(): Promise<void> {
    try {
      if (this.#child?.pid) process.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await pause(300);
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks until there is an answer; says what it waited for where there is none. */
export async function until<Value>(what: string, ask: () => Promise<Value | undefined | false | null>, seconds = 60): Promise<Value> {
  for (let tries = 0; tries < seconds * 20; tries++) {
    const answer = await ask();
    if (answer !== undefined && answer !== false && answer !== null) return answer;
    await pause(50);
  }
  throw new Error(`waited ${seconds} s for ${what}`);
}

/** The file of a name that a page saves, once it is whole; it is taken away. */
export async function saved(browser: Browser, name: string): Promise<Buffer> {
  const file = join(browser.downloads, name);
  // Both browsers write into another file, and rename it at its end.
  const isThere = () => existsSync(file) && !readdirSync(browser.downloads).some((each) => /\.(?:part|wkdownload)$/.test(each));
  await until(`${name} to be saved`, async () => isThere() && readFileSync(file).length > 0);
  const bytes = readFileSync(file);
  rmSync(file);
  return bytes;
}
