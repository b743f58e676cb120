// A store whose file system fails at a call that one chooses.
import { makePlan } from "../../src/plan/plan.ts";
import { type FileSystem, type Host, nodeHost } from "../../src/platform/node-host.ts";
import { inlineRunner } from "../../src/run/run.ts";
import { type Caller, type ResumeOptions, resumeStored } from "../../src/store/resume.ts";
import { blocksOf } from "../../src/sweep/blocks.ts";

/** What a call is to do before it does anything: throw an error, or read or write a part alone. */
type Fault = (call: string) => Error | "short" | undefined;

/** A caller whose file system fails: `fault` is asked before each call. */
export function callerWith(fault: Fault): Caller {
  const good = nodeHost();
  const check = (name: string) => {
    const found = fault(name);
    if (found instanceof Error) throw found;
    return found;
  };
  const wrap =
    <Args extends unknown[], Result>(name: string, call: (...args: Args) => Promise<Result>) =>
    async (...args: Args) => {
      check(name);
      return await call(...args);
    };
  const { fs } = good;
  const bad: FileSystem = {
    lstat: wrap("lstat", fs.lstat),
    realpath: wrap("realpath", fs.realpath),
    readdir: wrap("readdir", fs.readdir),
    mkdir: wrap("mkdir", fs.mkdir),
    rename: wrap("rename", fs.rename),
    link: wrap("link", fs.link),
    copyFile: wrap("copyFile", fs.copyFile),
    rm: wrap("rm", fs.rm),
    statfs: fs.statfs,
    open: async (path, flags) => {
      check("open");
      const handle = await fs.open(path, flags);
      return {
        write: async (bytes, offset, length) => {
          const short = check("write") === "short" ? Math.ceil(length / 2) : length;
          return await handle.write(bytes, offset, short);
        },
        readFile: wrap("readFile", () => handle.readFile()),
        read: wrap("read", (...args: Parameters<typeof handle.read>) => handle.read(...args)),
        sync: wrap("sync", () => handle.sync()),
        close: async () => {
          await handle.close();
          check("close");
        },
      };
    },
  };
  // The process that fails is not this one: a lock that it could not remove is that of a dead process.
  const host: Host = { ...good, fs: bad, readsFast: false, self: { ...good.self, pid: 2 ** 22 + 1 } };
  return {
    host: () => host,
    plan: (given) => makePlan(given, { budget: 1e9, openFile: () => undefined }),
    run: (plan) => inlineRunner(plan, blocksOf(plan.blocks)),
  };
}

export function fault(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

/** Stores a sweep, or goes on with it, over a file system that fails. */
export async function resumeOver(directory: string, given: ResumeOptions, fault: Fault): Promise<void> {
  await resumeStored(directory, given, callerWith(fault));
}
