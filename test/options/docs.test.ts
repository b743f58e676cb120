// The defaults that the documents tell are those of the table of options.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { DEFAULTS, derived } from "../../src/options/defaults.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { featureNames, optionsOfFeature } from "../../src/reduce/reducers.ts";
import { refusal } from "../support/sweep.ts";

/** What each option has in the column "default" of a page's tables, by its name. */
function defaultsOf(page: string): Record<string, string> {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), "utf8");
  const tables = text.match(/(?:^\|.*\n)+/gm) ?? [];
  const found = tables.flatMap((table) => {
    const [head, , ...rows] = table.trim().split("\n").map(cellsOf);
    const [name, value] = [head.indexOf("option"), head.indexOf("default")];
    return name < 0 || value < 0 ? [] : rows.flatMap((row) => pairsOf(row[name], row[value]));
  });
  const names = found.map(([name]) => name);
  expect(names).toEqual([...new Set(names)]);
  return Object.fromEntries(found);
}

/** The cells of a row; a bar in code is none between cells. */
function cellsOf(row: string): string[] {
  return row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** The options of a row but for remarks in brackets, with what each of them has; one alone has a text that may have commas. */
function pairsOf(options: string, defaults: string): [string, string][] {
  const names = [...options.replace(/\(.*\)/, "").matchAll(/`(\w+)`/g)].map(([, name]) => name);
  if (names.length < 2) return names.map((name) => [name, defaults]);
  const texts = defaults.split(", ");
  expect(texts).toHaveLength(names.length);
  return names.map((name, i) => [name, texts[i]]);
}

/** A default as the tables write it; numbers are compared as such. */
function written(value: unknown): unknown {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "object" || value === Number.POSITIVE_INFINITY) return "in words";
  return typeof value === "string" ? `\`"${value}"\`` : `\`${String(value)}\``;
}

/** What a table says: a number where it begins with one, digits in groups of three, and no code where it is told in words. */
function read(text: string): unknown {
  const [number] = /^\d[\d.]*(?:e-?\d+)?(?: \d{3})*/.exec(text) ?? [];
  if (number !== undefined) return Number(number.replaceAll(" ", ""));
  return /^[a-z]/.test(text) ? "in words" : text;
}

function expectDefaults(found: Record<string, string>, defaults: Readonly<Record<string, unknown>>): void {
  const told = Object.keys(defaults).map((name): [string, unknown] => [name, found[name] === undefined ? "nothing" : read(found[name])]);
  expect(Object.fromEntries(told)).toEqual(
    Object.fromEntries(Object.entries(defaults).map(([name, value]): [string, unknown] => [name, written(value)])),
  );
}

describe("defaults in the documents", () => {
  test("docs/options.md: options of a sweep, and no more than there are", () => {
    const found = defaultsOf("docs/options.md");
    expectDefaults(found, DEFAULTS.sweep);
    expect(found.samplingStepSize).toBe("`stepSize`");
    expect(derived.samplingStepSize({ stepSize: 7 })).toBe(7);
    const required = Object.keys(found).filter((name) => found[name] === "required");
    const others = ["samplingStepSize", "store", "signal", "onProgress"];
    expect(Object.keys(found).sort()).toEqual([...Object.keys(DEFAULTS.sweep), ...required, ...others].sort());
  });

  test("docs/options.md: required options are those without which a call is refused", async () => {
    const found = defaultsOf("docs/options.md");
    const { problems } = await refusal(() => Reflect.apply(makePlan, undefined, [{}, { budget: 0, openFile: () => undefined }]));
    const missing = problems.filter(({ code }) => code === "E_MISSING_OPTION").map(({ path }) => path.join("/"));
    expect(missing.sort()).toEqual(
      Object.keys(found)
        .filter((name) => found[name] === "required")
        .sort(),
    );
  });

  test("docs/solvers.md: options of adaptive solvers and of certify", () => {
    const found = defaultsOf("docs/solvers.md");
    expectDefaults(found, { ...DEFAULTS.solver, ...DEFAULTS.certify, maxSteps: derived.maxSteps({ inputSamples: 0 }) });
    const [, slope] = /and (\d+) for each sample/.exec(found.maxSteps) ?? [];
    expect(Number(slope)).toBe(derived.maxSteps({ inputSamples: 1 }) - derived.maxSteps({ inputSamples: 0 }));
  });

  test("docs/features.md: options of features, for long traces", () => {
    const options = Object.assign({}, ...featureNames().map(optionsOfFeature));
    const found = defaultsOf("docs/features.md");
    const names = Object.keys(options);
    expect(Object.keys(found).sort()).toEqual(names.sort());
    expectDefaults(found, Object.fromEntries(names.map((name) => [name, options[name].default(1e9)])));
  });

  test("docs/noise.md: options of noise, and the confidence of intervals", () => {
    const found = defaultsOf("docs/noise.md");
    expectDefaults(found, { ...DEFAULTS.noise, ...DEFAULTS.acrossReplicates });
    expect(found.hold).toBe("`stepSize`");
    expect(derived.hold({ stepSize: 7 })).toBe(7);
  });

  test("docs/store.md: options of a store", () => {
    const found = defaultsOf("docs/store.md");
    expectDefaults(found, DEFAULTS.store);
    expect(found.directory).toBe("required");
  });
});
