// Templates that are damaged by chance: each is read, or refused with a MassgridError that has a place.
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MassgridError, templatesFromYaml } from "../../../src/index.ts";
import { sourceOf } from "../../../src/model/build.ts";
import { edges, one } from "../../support/hostile-cases.ts";

const models = new URL("../../../src/model/bundled/", import.meta.url);
const files = readdirSync(models, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => readFileSync(new URL(file, models), "utf8"));

/** Short texts of all forms: a mutation of a whole file rarely meets what is near another. */
const short = [
  one("x' = -x/tau + u^2*exp(-t)", "x: variable(1.0)\n    tau: 2.0\n    u: input"),
  edges("[a/op/x, b/op/u, two, { weight: 2.0, two/twin/i: source, two/twin/j: b/op/x }]"),
  `${one("d/dt * x = -x(t-tau) + past(x, 2.0)", "x: output(0.5)\n    tau: 1e-3")}
base2: { base: op, equations: { replace: { x: (x+y) }, remove: [past], append: " + y", add: ["y = 2*x"] }, variables: { y: variable } }
pair: { base: CircuitTemplate, circuits: { a: net, b: net }, edges: [[a/a/op/x, b/a/op/x, null, { delay: 0.5, spread: 0.2 }]] }`,
  `aliases: [&v { x: variable, k: 1+2j }, &e "x' = k*x"]
op: { base: OperatorTemplate, equations: [*e], variables: { <<: *v, x: variable(complex) } }
node: { base: NodeTemplate, operators: { op: { variables: { k: 2j } } } }
net: { base: CircuitTemplate, nodes: { a: node } }`,
];
const pieces = [
  ..." \n:[]{}'\"*&!|>-()^%#,.=/\\+0j\0\u0441\ud800\u202e",
  "&a ",
  "*a",
  "1e999",
  "null",
  "base",
  "op",
  "<<: *a",
  "__proto__",
  "constructor",
  "..",
  "../",
  "---\n",
  "variable(",
  "d/dt",
  "x'",
];

/** Reads all templates of a text and compiles its circuits; tells whether that was refused. */
function isRefused(text: string): boolean {
  try {
    for (const circuit of Object.values(templatesFromYaml(text)).slice(-2)) sourceOf(circuit);
    return false;
  } catch (error) {
    if (!(error instanceof MassgridError)) throw error;
    expect([...new Set(error.problems.map(({ source }) => source?.file))]).toEqual(["templates.yaml"]);
    return true;
  }
}

const mutation = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(12), put: fc.constantFrom(...pieces) });

function mutate(text: string, mutations: readonly { at: number; cut: number; put: string }[]): string {
  return mutations.reduce((now, { at, cut, put }) => {
    const place = Math.floor(at * now.length);
    return now.slice(0, place) + put + now.slice(place + cut);
  }, text);
}

test.each([
  ["short texts", short, 19_000],
  ["bundled files", files, 1000],
])("mutations of %s are refused by a name and a place, or read", (_, texts, numRuns) => {
  let refused = 0;
  let slowest = 0;
  const property = fc.property(fc.constantFrom(...texts), fc.array(mutation, { minLength: 1, maxLength: 4 }), (text, mutations) => {
    const before = process.cpuUsage();
    if (isRefused(mutate(text, mutations))) refused++;
    const { user, system } = process.cpuUsage(before);
    slowest = Math.max(slowest, (user + system) / 1000);
  });
  fc.assert(property, { numRuns, seed: 42 });
  expect(refused).toBeGreaterThan(numRuns / 3);
  expect(slowest).toBeLessThan(2000);
});
