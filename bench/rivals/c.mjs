// jrc2.c in its variants, compiled as a user would.
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const variants = {
  1: "equations as written",
  2: "what parameters alone decide taken out by hand",
  3: "the same, and all but C compiled in as constants",
};

/** The programs by their variant; none where there is no compiler. */
export function compileC() {
  const folder = mkdtempSync(join(tmpdir(), "massgrid-bench-"));
  const source = fileURLToPath(new URL("jrc2.c", import.meta.url));
  const compiled = Object.keys(variants).map((variant) => {
    const out = join(folder, `jrc2-${variant}`);
    const { status } = spawnSync("gcc", ["-O3", "-march=native", `-DVARIANT=${variant}`, "-o", out, source, "-lm"]);
    return status === 0 ? [variant, out] : undefined;
  });
  return compiled.filter((entry) => entry !== undefined);
}

/** Least ns a point and step of so many runs, in a process of its own. */
export function timeC(program, rounds) {
  return new Promise((resolve, reject) => {
    execFile(program, [String(rounds)], (error, stdout) => (error ? reject(error) : resolve(Number(stdout.split(" ")[0]))));
  });
}
