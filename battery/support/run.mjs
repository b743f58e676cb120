// Programs that parts of the battery run, and what of the tests' own helpers they use.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** Runs a program; tells how it ended and what it said. `ms` ends what hangs. */
export function run(command, args, { ms = 600_000, input, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"], ...options });
    let [stdout, stderr] = ["", ""];
    child.stdout?.on("data", (text) => {
      stdout += text;
    });
    child.stderr?.on("data", (text) => {
      stderr += text;
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), ms);
    child.on("error", (error) => resolve({ status: null, signal: null, stdout, stderr: String(error) }));
    child.on("close", (status, signal) => {
      clearTimeout(timer);
      resolve({ status, signal, stdout, stderr });
    });
    if (input !== undefined) child.stdin.end(input);
  });
}

/** A program as a text, run by this Node. */
export function runText(program, args = [], { flags = [], ...options } = {}) {
  return run(process.execPath, [...flags, "--input-type=module", "-e", program, ...args], options);
}

/**
 * A module of the tests, which is TypeScript: it is written as JavaScript into out/battery, with what it imports of the tests, and takes of
 * the sources what was built of them.
 */
export async function fromTests(path) {
  return await import(pathToFileURL(await written(join(root, "test", path))).href);
}

async function written(file) {
  const { default: ts } = await import("typescript");
  const to = join(root, "out/battery", relative(root, file)).replace(/\.ts$/, ".mjs");
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  let text = ts.transpileModule(readFileSync(file, "utf8"), { compilerOptions }).outputText;
  text = text.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(file).href));
  for (const [whole, specifier] of text.matchAll(/ from "(\.[^"]+\.ts)"/g)) {
    const imported = join(dirname(file), specifier);
    const isSource = imported.startsWith(join(root, "src/"));
    const place = isSource
      ? imported.replace(join(root, "src/"), join(root, "build/lib/")).replace(/\.ts$/, ".js")
      : await written(imported);
    text = text.replaceAll(whole, ` from ${JSON.stringify(pathToFileURL(place).href)}`);
  }
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, text);
  return to;
}

/** The end of what a program said, for a row of the page; of an error that ended it, without its stack. */
export function tailOf({ status, signal, stderr, stdout }) {
  const lines = (stderr.trim() || stdout.trim()).split("\n").filter((line) => !/^\s*(?:at .*|[{}^]*|Node\.js v.*|throw .*)$/.test(line));
  return `${signal ?? `exit ${status}`}: ${lines.slice(-3).join(" / ").slice(0, 300)}`;
}
