import { expect, test } from "vitest";
import { templatesFromYaml } from "../../../src/index.ts";
import { sourceOf } from "../../../src/model/build.ts";
import { checkLimit } from "../../../src/model/compile/bytes.ts";
import { refusal } from "../../support/sweep.ts";

test("limits: a model whose function would have more locals than WebAssembly allows is refused by our count, where its circuit stands", async () => {
  // Three nodes do not share their equations; each state needs addresses of its value, of its derivative, and of its sine.
  const states = Array.from({ length: 6500 }, (_, i) => `x${i}`);
  const text = `op: { base: OperatorTemplate, equations: [${states.map((x) => `${x}'=sin(${x})`).join(", ")}], variables: { ${states.map((x) => `${x}: variable`).join(", ")} } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { a: node, b: node, c: node } }`;
  const { net } = templatesFromYaml(text, { name: "net.yaml" });
  const error = await refusal(() => sourceOf(net).variant({ varied: new Map(), expressions: [], intensities: [] }));
  expect(error.code).toBe("E_EXPANSION_LIMIT");
  expect(error.message).toMatch(/^E_EXPANSION_LIMIT: net\.yaml:3:1: .*compile to \d+ local variables of a function; .* at most 50000/);
});

test.each([
  ["module", 2 ** 30],
  ["body", 7_654_321],
  ["locals", 50_000],
] as const)("limits: as many as allowed are no fault, and one more is: %s", (limit, most) => {
  expect(() => checkLimit(limit, most, "of them")).not.toThrow();
  expect(() => checkLimit(limit, most + 1, "of them")).toThrow(`E_EXPANSION_LIMIT: the equations compile to ${most + 1} of them`);
});
