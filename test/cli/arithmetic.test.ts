// Steps that are not exact on the command line: flags, keys of a spec, what is printed, and what is refused.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableFromIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { folderFor } from "../support/folder.ts";
import { fuses, fusingFlags } from "../support/fusing.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("cli-arithmetic");

function massgrid(...args: string[]) {
  return spawnSync(process.execPath, [...fusingFlags, cli, ...args], { cwd: folder, encoding: "utf8", timeout: 60_000 });
}

function spec(name: string, more = ""): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramGrid: {C: [68, 135, 270]}
paramMap: {C: {vars: [jrc_op/c], nodes: [jrc]}}
simulationTime: 0.05
stepSize: 1e-3
outputs: {V: jrc/jrc_op/V_e}
features: {V: [mean]}
${more}`,
  );
  return path;
}

const kinds = [
  {
    flags: ["--precision", "float32"],
    key: "precision",
    yaml: "precision: float32\n",
    code: "E_PRECISION",
    says: "with float32",
    change: /precision \("float64" → "float32"\)/,
  },
  {
    flags: ["--fast-math"],
    key: "fastMath",
    yaml: "fastMath: true\n",
    code: "E_FAST_MATH",
    says: "with fastMath",
    change: /fastMath \(false → true\)/,
  },
];

describe.skipIf(!fuses).each(kinds)("cli arithmetic: $flags", ({ flags, key, yaml, code, says, change }) => {
  test("is the same as the key of the spec, and is told", () => {
    const exact = spec("exact.yaml");
    const [byFlag, byKey] = [join(folder, `${key}-flag.arrow`), join(folder, `${key}-key.arrow`)];
    for (const result of [
      massgrid("sweep", exact, ...flags, "--out", byFlag),
      massgrid("sweep", spec(`${key}.yaml`, yaml), "--out", byKey),
    ]) {
      expect(result.stderr).toBe("");
      expect(result.stdout).toMatch(new RegExp(`steps a second, ${says}`));
    }
    expect(readFileSync(byFlag)).toEqual(readFileSync(byKey));
    expect(tableFromIPC(readFileSync(byFlag)).schema.metadata.has(key)).toBe(true);
    expect(massgrid("sweep", exact).stdout).toMatch(/steps a second$/m);
  });

  test("is refused with an adaptive solver, at its line", () => {
    const file = spec(`${key}-rk45.yaml`, `solver: rk45\n${yaml}`);
    const { status, stderr } = massgrid("sweep", file);
    expect(status).toBe(2);
    expect(stderr).toMatch(new RegExp(`rk45\\.yaml:9:\\d+: ${code}: .*rk45 adapts its step size; leave out ${key}`));
    expect(stderr).toContain("nothing was computed");
    const byFlag = massgrid("sweep", spec("rk45.yaml", "solver: rk45\n"), ...flags);
    expect([byFlag.status, byFlag.stderr]).toEqual([2, expect.stringContaining(`${code}: `)]);
  });

  test("stays what a store is of", () => {
    const exact = spec("exact.yaml");
    const [other, plain] = [join(folder, `${key}-store`), join(folder, `${key}-plain-store`)];
    expect(massgrid("sweep", exact, ...flags, "--store", other).stdout).toContain(says);
    expect(massgrid("sweep", exact, "--store", other, "--resume").stdout).toContain(says);
    expect(massgrid("resume", other).stdout).toContain(says);
    expect(massgrid("sweep", exact, "--store", plain).stdout).not.toContain(says);
    const { status, stderr } = massgrid("sweep", exact, ...flags, "--store", plain, "--resume");
    expect([status, stderr]).toEqual([2, expect.stringMatching(change)]);
  });
});
