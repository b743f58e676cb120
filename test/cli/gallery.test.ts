// examples/gallery: the specs of the gallery's figures. Each model of the field has one, in some ten lines, and each is a sweep that can run; npm run docs draws them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { Problems } from "../../src/check.ts";
import { readSource, readSpec } from "../../src/cli/spec.ts";
import { bundledModels, plan } from "../../src/index.ts";

const folder = fileURLToPath(new URL("../../examples/gallery", import.meta.url));
const files = () => readdirSync(folder).sort();

describe("cli gallery", () => {
  test("every bundled model of the field has a spec, and no other", () => {
    const swept = files().map((file) => String(parse(readFileSync(join(folder, file), "utf8")).circuitTemplate));
    const wanted = bundledModels().flatMap(({ path, isTestResource }) => (isTestResource ? [] : [path]));
    expect([...new Set(swept)].sort()).toEqual(wanted.sort());
  });

  test("the figures of papers are there", () => {
    const papers = ["Jansen & Rit 1995", "Grimbert & Faugeras 2006", "Wendling et al. 2002", "Montbrió, Pazó & Roxin 2015"];
    const says = files().map((file) => readFileSync(join(folder, file), "utf8").split("\n", 1)[0]);
    for (const paper of [...papers, "Robinson, Rennie & Rowe 2002", "Jirsa et al. 2014"])
      expect(says.filter((line) => line.startsWith(`# ${paper}`)).length, paper).toBeGreaterThan(0);
  });

  test("each has at most sixteen lines, but that of Robinson's with all parameters of a paper, and is refused by nothing", async () => {
    for (const file of files()) {
      const text = readFileSync(join(folder, file), "utf8");
      expect(text.trim().split("\n").length, file).toBeLessThanOrEqual(file === "robinson-2002.yaml" ? 48 : 16);
      const problems = new Problems();
      const { options } = await readSpec(problems, readSource(join(folder, file)));
      problems.throwIfAny();
      expect((await plan(options)).warnings, file).toEqual([]);
    }
  }, 300_000);
});
