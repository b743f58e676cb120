// What the descriptions of bundled models declare, in lines that programs read.
import { describe, expect, test } from "vitest";
import { bundledCircuits, bundledModels, connect, describeModel } from "../../../src/index.ts";
import { bundledTemplates } from "../../../src/model/bundled/read.ts";
import { lineOf } from "../../../src/model/template/facts.ts";
import { Network } from "../../../src/model/template/network.ts";
import { edgeTemplatesOf } from "../../../src/model/template/template.ts";

const models = bundledTemplates();

test("bundled descriptions: every circuit is listed once, families together, test resources last", () => {
  const listed = bundledModels();
  expect(listed.map(({ path }) => path).sort()).toEqual(bundledCircuits().sort());
  const groups = listed.map(({ family, isTestResource }) => `${isTestResource} ${family}`);
  expect(groups.filter((group, i) => i > 0 && group !== groups[i - 1] && groups.indexOf(group) < i)).toEqual([]);
  const first = listed.findIndex(({ isTestResource }) => isTestResource);
  expect(listed.slice(first).every(({ isTestResource }) => isTestResource)).toBe(true);
  expect(listed.every(({ family, headline }) => family !== "" && /\.$/.test(headline))).toBe(true);
});

describe.each(models)("bundled descriptions: $path", ({ path, circuit, isTestResource }) => {
  const operators = [
    ...new Network(circuit).operators.map(({ operator }) => operator),
    ...edgeTemplatesOf(circuit).flatMap((template) => template.operators.map(({ operator }) => operator)),
  ];

  test("has a paper that can be found, a family, what is measured, and a unit of time", () => {
    const { paper, family, measured, timeUnit } = describeModel(path);
    if (isTestResource) expect(paper).toMatch(/\S/);
    else expect(paper).toMatch(/doi:10\.\d{4,}\/\S+|arXiv:\d{4}\.\d+/);
    expect(family).toMatch(/^[A-Z].*[^.]$/);
    // describeModel has read the expression as an output.
    expect(measured?.name).toMatch(/^\w+$/);
    expect(lineOf(circuit.description, "Time")).toMatch(/^(?:s|ms|1)$/);
    expect(timeUnit).toBe((lineOf(circuit.description, "Time") ?? "").replace(/^1$/, ""));
  });

  test("has a unit for every variable", () => {
    for (const { name, variables, units } of operators)
      for (const variable of variables.keys()) expect([name, variable, units.has(variable)]).toEqual([name, variable, true]);
  });

  test.skipIf(isTestResource)("has a usual range for every parameter and input, with the default in it", () => {
    for (const { name, variables, ranges } of operators) {
      for (const [variable, { kind, re, im }] of variables) {
        if (im !== undefined || (kind !== "constant" && kind !== "input")) continue;
        const [low, high] = ranges?.get(variable) ?? [];
        expect([name, variable, low !== undefined && high !== undefined && low <= re && re <= high]).toEqual([name, variable, true]);
      }
    }
    const parameters = describeModel(path).variables.filter(({ kind, name }) => kind === "parameter" && !/^i(?:\.|$)/.test(name));
    const ofOperators = parameters.filter(({ mapping }) => mapping?.vars.every((variable) => variable.includes("/")));
    expect(ofOperators.filter(({ range }) => range === undefined)).toEqual([]);
  });

  test("is a node of a network by its coupling, where it declares one", () => {
    const { coupling } = describeModel(path);
    if (!coupling) return;
    const weights = [
      [0, 0.5, 0.25],
      [1, 0, 0],
      [0, 2, 0],
    ];
    const network = describeModel(connect(path, { weights }));
    const variables = network.variables.filter(({ kind }) => kind === "state").length;
    expect(variables).toBe(3 * describeModel(path).variables.filter(({ kind }) => kind === "state").length);
    const ends = network.edges.filter(({ target, source }) => target.split("/")[0] !== source.split("/")[0]);
    expect(ends.map(({ weight }) => weight)).toEqual([0.5, 0.25, 1, 2]);
    expect(network.measured?.expression).toContain("all/");
  });
});
