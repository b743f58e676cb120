// Defaults have one home, and a call and its normal form are the same sweep.
import { readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";
import { type GridSearchOptions, normalNoise, ornsteinUhlenbeck, type StoreOptions } from "../../src/index.ts";

import { DEFAULTS, derived, fillDefaults } from "../../src/options/defaults.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { featureNames, optionsOfFeature } from "../../src/reduce/reducers.ts";
import { filesUnder } from "../support/imports.ts";

const machine = { budget: Number.POSITIVE_INFINITY, openFile: () => undefined };
const call: GridSearchOptions = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: [68, 135] },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  simulationTime: 0.05,
  stepSize: 1e-3,
  outputs: { V: "jrc/jrc_op/V_e" },
};
const u = "jrc/jrc_op/u";
const calls: Record<string, GridSearchOptions & { store?: StoreOptions }> = {
  fixed: call,
  adaptive: { ...call, solver: "rk45" },
  "adaptive with noise": { ...call, solver: "dop853", inputs: { [u]: normalNoise({ mean: 220, sd: 10 }) } },
  "a process": { ...call, inputs: { [u]: ornsteinUhlenbeck({ mean: 220, sd: 10, tau: 0.01 }) } },
  stochastic: { ...call, solver: "euler-maruyama", noise: { [u]: { sd: 1 } } },
  features: { ...call, features: { V: ["mean", "crossings", { peakFrequency: { overlap: 0.25 } }, "regime", { maxima: {} }] } },
  certified: { ...call, certify: true },
  stored: { ...call, store: { directory: "nowhere" } },
};

test.each(Object.entries(calls))("options defaults: the plan of a call is that of its normal form: %s", (_, options) => {
  expect(makePlan(fillDefaults(options), machine)).toEqual(makePlan(options, machine));
});

test("options defaults: a normal form is its own normal form", () => {
  for (const options of Object.values(calls)) expect(fillDefaults(fillDefaults(options))).toEqual(fillDefaults(options));
});

test("every option of the table is in a normal form, with null where the run finds it", () => {
  const normal = fillDefaults({ ...calls.certified, solver: "rk45", noise: { [u]: { sd: 1 } }, store: { directory: "nowhere" } });
  expect(normal).toMatchObject({
    ...DEFAULTS.sweep,
    solver: { name: "rk45", ...DEFAULTS.solver },
    noise: { [u]: DEFAULTS.noise },
    certify: DEFAULTS.certify,
  });
  expect(normal.store).toEqual({ directory: "nowhere", ...DEFAULTS.store });
  expect(normal.samplingStepSize).toBe(call.stepSize);
});

test("null stands for an option that is not given, in every option", () => {
  const nulls = (defaults: object) => Object.fromEntries(Object.keys(defaults).map((name) => [name, null]));
  const features = featureNames().map((name) => ({ [name]: nulls(optionsOfFeature(name)) }));
  const given = Object.assign({}, call, nulls(DEFAULTS.sweep), {
    features: { V: features },
    solver: { name: "rk45", ...nulls(DEFAULTS.solver) },
  });
  const plain = Object.assign({}, call, { features: { V: featureNames() }, solver: "rk45" });
  expect(fillDefaults(given)).toEqual(fillDefaults(plain));
  expect(makePlan(given, machine)).toEqual(makePlan(plain, machine));
});

const names = new Set([...Object.values(DEFAULTS).flatMap((table) => Object.keys(table)), ...Object.keys(derived)]);
/** Names that are words of other things too, and whose defaults there are no options of a sweep. */
const otherWords: Record<string, string[]> = {
  points: ["src/figure", "src/page", "src/cli"],
  inputs: ["src/page"],
};

/** Defaults that a file gives to options: `{ name = literal }`, `options.name ?? literal`. */
function defaultsIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(new URL(`../../${file}`, import.meta.url), "utf8"), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const isLiteral = (node: ts.Expression) =>
    ts.isLiteralExpression(node) ||
    [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword].includes(node.kind) ||
    ts.isObjectLiteralExpression(node);
  const visit = (node: ts.Node): void => {
    if (ts.isBindingElement(node) && node.initializer && isLiteral(node.initializer))
      note((node.propertyName ?? node.name).getText(), node);
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken && isLiteral(node.right)) {
      const { left } = node;
      note(ts.isPropertyAccessExpression(left) ? left.name.text : left.getText(), node);
    }
    ts.forEachChild(node, visit);
  };
  const note = (name: string, node: ts.Node) => {
    if (!names.has(name) || otherWords[name]?.some((folder) => file.startsWith(folder))) return;
    found.push(`${file}: ${node.getText()}`);
  };
  visit(source);
  return found;
}

test("no file beside the table gives an option a default", () => {
  const files = filesUnder(new URL("../..", import.meta.url).pathname, "src", [".ts"]).filter((file) => !file.startsWith("src/options/"));
  expect(files.flatMap(defaultsIn)).toEqual([]);
  expect(defaultsIn("src/options/defaults.ts")).toEqual([]);
});
