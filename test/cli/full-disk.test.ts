// The command line on a disk that is full: each file that cannot be written is named with the system's word for it, and what is whole stays.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { folderFor } from "../support/folder.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("full-disk");
const disk = join(folder, "disk");
const ballast = join(disk, "ballast");
const PAGE = 4096;
let isMounted = false;

function massgrid(...args: string[]) {
  return spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: "utf8", timeout: 60_000 });
}

/** Fills the disk up, but for so many bytes. */
function leave(bytes: number): void {
  rmSync(ballast, { force: true });
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(ballast, new Uint8Array(Math.max(0, bavail * bsize - Math.ceil(bytes / PAGE) * PAGE)));
}

beforeAll(() => {
  mkdirSync(disk);
  isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", disk]).status === 0;
  if (!isMounted) console.log("cli: no disk of 8 MiB can be mounted here, so that a full one is not tested");
  const sweep = `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramMap: {C: {vars: [jrc_op/c], nodes: [jrc]}}
stepSize: 1e-3
outputs: {V: jrc/jrc_op/V_e}
layout: long
`;
  // Its map has about as many bytes as its traces; of the other one, traces are what counts.
  writeFileSync(join(folder, "map.yaml"), `${sweep}simulationTime: 0.003\nfinalState: true\nparamGrid: {C: {linspace: [60, 700, 2000]}}\n`);
  writeFileSync(
    join(folder, "traces.yaml"),
    `${sweep}simulationTime: 0.5\nparamGrid: {C: {linspace: [60, 700, 900]}}\nstore: {directory: anywhere, shardPoints: 64}\n`,
  );
});
beforeEach((context) => {
  context.skip(!isMounted);
  for (const name of readdirSync(disk)) rmSync(join(disk, name), { recursive: true });
});
afterAll(() => {
  if (isMounted) spawnSync("umount", [disk]);
});

describe.each(["arrow", "arrows", "parquet", "csv"])("cli: --out x.%s on a full disk", (extension) => {
  const [out, map] = [`x.${extension}`, `x.map.${extension}`];

  test("names the file and ENOSPC, and leaves the file of that name as it was, and no other", () => {
    leave(8 * PAGE);
    writeFileSync(join(disk, out), "as it was");
    const { status, stdout, stderr } = massgrid("sweep", "map.yaml", "--out", `disk/${out}`);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(new RegExp(`^massgrid: disk/${out} cannot be written: ENOSPC: [^\\n]*\\n$`)),
    ]);
    expect(stdout).not.toContain("wrote");
    expect(readFileSync(join(disk, out), "utf8")).toBe("as it was");
    expect(readdirSync(disk).sort()).toEqual(["ballast", out]);
  });

  test("tells which file is whole where the next one cannot be written", () => {
    expect(massgrid("sweep", "map.yaml", "--out", out).status).toBe(0);
    const [bytes, more] = [out, map].map((name) => statSync(join(folder, name)).size);
    expect(more).toBeGreaterThan(4 * PAGE);
    leave(bytes + more / 2);
    const { status, stderr } = massgrid("sweep", "map.yaml", "--out", `disk/${out}`);
    const told = new RegExp(`^massgrid: disk/${map} cannot be written: ENOSPC: [^\\n]*; disk/${out} is whole\\n$`);
    expect([status, stderr]).toEqual([1, expect.stringMatching(told)]);
    expect(readFileSync(join(disk, out)).equals(readFileSync(join(folder, out)))).toBe(true);
    expect(readdirSync(disk).sort()).toEqual(["ballast", out]);
  });
});

describe("cli: --store on a full disk", () => {
  test("names the file, the bytes and the code; finished shards stay, and with room the sweep goes on", () => {
    const args = ["sweep", "traces.yaml", "--store", "disk/sweep", "--format", "parquet"];
    leave(2 ** 20);
    const { status, stderr } = massgrid(...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /E_DISK_FULL: the disk is full: .*disk\/sweep\/\S+ needs .* \(\d+ bytes\), and .* \(\d+ bytes\) are free.*resume/,
    );
    expect(massgrid("inspect", "disk/sweep").stdout).toMatch(/not complete: [1-9]\d* of 900 points; massgrid resume goes on/);
    expect(massgrid("verify", "disk/sweep").stdout).toMatch(/^E_STORE_INCOMPLETE: [^\n]*\n$/);
    // What the other format needs is known in advance.
    const refused = massgrid("sweep", "traces.yaml", "--store", "disk/other");
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringMatching(/E_DISK_FULL: the sweep needs .*nothing was computed/)]);
    expect(readdirSync(disk).sort()).toEqual(["ballast", "sweep"]);
    rmSync(ballast);
    expect(massgrid("resume", "disk/sweep").status).toBe(0);
    expect(massgrid("verify", "disk/sweep").status).toBe(0);
  });
});
