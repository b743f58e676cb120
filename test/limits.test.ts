// docs/limits.md: its numbers are those of the sources, and what is said to hold a row is there and is about it.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parts } from "../battery/parts.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string) => readFileSync(join(root, file), "utf8");
const rows = [...read("docs/limits.md").matchAll(/^\| (?!what |engine |---)(.*) \|$/gm)].map(([, cells]) => cells.split(" | "));

/** A number of a row, as the page writes it → the constant of a source file that it is. */
const constants: [row: string, number: string, file: string, constant: RegExp][] = [
  ["points of a grid that is extended", "2^23", "src/store/previous-store.ts", /MOST = 2 \*\* 23;/],
  ["steps of a run", "2^31 - 1", "src/sweep/clock.ts", /MOST_STEPS = 2 \*\* 31 - 1;/],
  ["workers", "256", "src/options/check.ts", /MOST_WORKERS = 256;/],
  ["columns of a wide table", "1 000 000", "src/sweep/width.ts", /MOST_TABLES = 1_000_000;/],
  ["nodes of a model", "100 000", "src/model/template/size.ts", /nodes: 100_000,/],
  ["variables, edges", "1 000 000", "src/model/template/size.ts", /parts: 1_000_000,/],
  ["variables, edges", "20 000", "src/model/compile/compile.ts", /MOST_ROWS = 20_000;/],
  ["states, for", "64", "src/model/compile/gradient.ts", /MOST_STATES = 64;/],
  ["an equation", "65 536", "src/model/equation/parse.ts", /MOST_TEXT = 65536;/],
  ["an equation", "2 000", "src/model/equation/parse.ts", /MOST_OPERATORS = 2000;/],
  ["an equation", "256", "src/model/equation/parse.ts", /MOST_DEPTH = 256;/],
  ["a name", "128", "src/model/equation/parse.ts", /MOST_NAME = 128;/],
  ["a file of templates", "2 097 152", "src/model/template/size.ts", /MOST_CHARACTERS = 2_097_152;/],
  ["levels of a YAML file", "64", "src/model/template/events.ts", /MOST_DEPTH = 64;/],
  ["levels of a YAML file", "100", "src/model/template/read.ts", /MOST_DEPTH = 100;/],
  ["a delay", "1 GiB", "src/plan/delays.ts", /MOST_BYTES = 2 \*\* 30;/],
  ["stages of a gamma", "1000", "src/model/template/delay.ts", /MOST_STAGES = 1000;/],
  ["points of a figure", "250 000", "src/page/state.ts", /MOST_POINTS = 250_000;/],
  ["points of a figure", "5000", "src/page/state.ts", /MOST_VALUES = 5000;/],
];

describe("limits: docs/limits.md", () => {
  test.each(constants)("%s: %s", (row, number, file, constant) => {
    expect(rows.find(([what]) => what.startsWith(row))?.[1]).toContain(number);
    expect(read(file)).toMatch(constant);
  });

  test("every row names what holds it, which is there", () => {
    expect(rows.length).toBeGreaterThan(30);
    const missing = rows.flatMap((cells) => {
      const holds = [...(cells.at(-1) ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name);
      const wrong = holds.filter((name) => {
        const [, part] = /^npm run battery -- (\w+)$/.exec(name) ?? [];
        return part === undefined ? !existsSync(join(root, name)) : !parts.includes(part);
      });
      return holds.length === 0 || wrong.length > 0 ? [cells[0]] : [];
    });
    expect(missing).toEqual([]);
  });

  test("what holds a row knows its code", () => {
    const silent = rows.flatMap((cells) => {
      const codes = [...cells.join(" ").matchAll(/\bE_[A-Z_]+\b/g)].map(([code]) => code);
      const files = [...(cells.at(-1) ?? "").matchAll(/`((?:test|consumers)\/[^`]+)`/g)].map(([, file]) => read(file)).join("\n");
      return codes.length > 0 && files !== "" && !codes.some((code) => files.includes(code)) ? [cells[0]] : [];
    });
    expect(silent).toEqual([]);
  });
});
