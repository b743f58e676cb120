// Programs that parts of the battery run, and what of the tests' own helpers they use.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const library = new URL("dist/index.js", new URL("../..", import.meta.url)).href;
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

/** A module of the tests, which is TypeScript. */
export async function fromTests(path) {
  const { runnerImport } = await import("vite");
  const { module } = await runnerImport(fileURLToPath(new URL(`../../test/${path}`, import.meta.url)), { root, configFile: false });
  return module;
}

/** The end of what a program said, for a row of the page. */
export const tailOf = ({ status, signal, stderr, stdout }) =>
  `${signal ?? `exit ${status}`}: ${(stderr.trim() || stdout.trim()).split("\n").slice(-3).join(" / ").slice(0, 300)}`;
