// Before the tests in pages: what the sweeps are in Node, by the package as it is built.
import { spawnSync } from "node:child_process";
import type { TestProject } from "vitest/node";
import { fusingFlags } from "../support/fusing.ts";

declare module "vitest" {
  interface ProvidedContext {
    inNode: Record<string, string>;
  }
}

export default function setup({ provide }: TestProject): void {
  const program = `import { sweeps } from ${JSON.stringify(new URL("sweeps.mjs", import.meta.url))}; console.log(JSON.stringify(await sweeps(2)));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, [...fusingFlags, "--input-type=module", "--eval", program], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  provide("inNode", JSON.parse(stdout));
}
