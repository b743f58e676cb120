// Before the tests in pages: what the sweeps are in Node, by the package as it is built.
import { spawnSync } from "node:child_process";
import type { TestProject } from "vitest/node";
import { fusingFlags } from "../support/fusing.ts";

declare module "vitest" {
  interface ProvidedContext {
    inNode: Record<string, string>;
    fusedInNode: string;
  }
}

export default function setup({ provide }: TestProject): void {
  const program = `import { fusedSweep, sweeps } from ${JSON.stringify(new URL("sweeps.mjs", import.meta.url))}; console.log(JSON.stringify([await sweeps(2), await fusedSweep(2)]));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, [...fusingFlags, "--input-type=module", "--eval", program], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const [inNode, fusedInNode] = JSON.parse(stdout);
  provide("inNode", inNode);
  provide("fusedInNode", fusedInNode);
}
