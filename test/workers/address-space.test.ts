// Address space as schedulers limit it (ulimit -v): a sweep runs with what threads have room, or is refused in a sentence that says what to do.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const library = fileURLToPath(new URL("../../dist/index.js", import.meta.url));

const program = `
import { gridSearch, trace } from ${JSON.stringify(library)};
const workers = Number(process.argv[1]);
try {
  const { results, resultsMap } = await gridSearch({
    circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
    paramGrid: { C: Array.from({ length: 300 }, (_, i) => 68 + i) },
    paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
    simulationTime: 0.2, stepSize: 1e-3, outputs: { V: "jrc/jrc_op/V_e" }, workers,
  });
  const statuses = [...new Set(resultsMap.toArray().map(({ status }) => String(status)))];
  console.log(statuses.join(), ["JRC2_0", "JRC2_299"].map((key) => trace(results, key, "V")[199]).join());
} catch (error) {
  console.log(error.code, error.message);
}
process.exit(0);
`;

/** What the program prints with so many workers, where addresses are limited to so many GB. */
function under(gigabytes: number | "no limit", workers: number, options = ""): string {
  const limit = gigabytes === "no limit" ? "true" : `ulimit -v ${gigabytes * 1_000_000}`;
  const node = `exec "${process.execPath}" --input-type=module -e "$PROGRAM" ${workers}`;
  const env = { ...process.env, PROGRAM: program, NODE_OPTIONS: options };
  const { stdout, stderr } = spawnSync("sh", ["-c", `${limit} && ${node}`], { encoding: "utf8", env, timeout: 60_000 });
  return stdout + stderr;
}

const onLinux = test.skipIf(process.platform !== "linux");

onLinux("workers that have no room for a kernel leave their blocks to those that have, and no point is lost", () => {
  const wanted = under("no limit", 0);
  expect(wanted).toMatch(/^ok /);
  for (const gigabytes of [16, 26]) expect(under(gigabytes, 2)).toBe(wanted);
});

onLinux("workers or none, what has room for no kernel is refused with what to do, and that helps", () => {
  const [flag] = ["--disable-wasm-trap-handler"].filter((option) => process.allowedNodeEnvironmentFlags.has(option));
  for (const workers of [0, 2]) {
    expect(under(6, workers)).toMatch(/^E_ADDRESS_SPACE .*ulimit -v.*NODE_OPTIONS=--disable-wasm-trap-handler\n$/);
    if (flag !== undefined) for (const gigabytes of [4, 8]) expect(under(gigabytes, workers, flag)).toBe(under("no limit", 0));
  }
});
