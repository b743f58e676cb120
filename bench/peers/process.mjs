// A peer in a process of its own, on one core: it gets lines of JSON and answers each with one (serve.py).
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { firstLine } from "../support/machine.mjs";

const PATIENCE_MS = 300_000;

/** The core that peers take turns on, where the system can keep them there. */
export const core = firstLine("taskset", ["--version"]) === undefined ? undefined : availableParallelism() - 1;

/** One thread each, whatever the core; JAX without a pool of threads. */
const env = {
  ...process.env,
  XLA_FLAGS: "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
  JAX_PLATFORMS: "cpu",
  PYTHONDONTWRITEBYTECODE: "1",
  ...Object.fromEntries(["OMP", "OPENBLAS", "MKL", "NUMBA"].map((name) => [`${name}_NUM_THREADS`, "1"])),
};

export class Peer {
  #child;
  #lines;
  #errors = "";

  constructor([command, ...args]) {
    const pinned = core === undefined ? [command, ...args] : ["taskset", "-c", String(core), command, ...args];
    this.#child = spawn(pinned[0], pinned.slice(1), { env, stdio: ["pipe", "pipe", "pipe"] });
    this.#child.on("error", (error) => {
      this.#errors += error.message;
    });
    this.#child.stdin.on("error", () => {});
    this.#child.stderr.setEncoding("utf8").on("data", (text) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Writes a line and reads the answer; throws what the process said last where there is none. */
  async ask(value) {
    this.#child.stdin.write(`${JSON.stringify(value)}\n`);
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS, { done: true });
    });
    const { value: line, done } = await Promise.race([this.#lines.next(), late]);
    clearTimeout(timer);
    if (done) throw new Error(this.#errors.trim().split("\n").at(-1) || `no answer within ${PATIENCE_MS / 1000} s`);
    const answer = JSON.parse(line);
    if (answer.refused !== undefined) throw new Error(answer.refused);
    return answer;
  }

  /** The most memory that the process has had, in MiB, where the system tells. */
  peak() {
    try {
      const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.#child.pid}/status`, "utf8"));
      return Number(kib) / 1024;
    } catch {
      return undefined;
    }
  }

  end() {
    this.#child.kill();
  }
}
