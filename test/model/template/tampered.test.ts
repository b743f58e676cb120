// Circuits that were read well, and that a caller in JavaScript has changed since then.
import { expect, test } from "vitest";
import { plan, templatesFromYaml } from "../../../src/index.ts";
import { edges } from "../../support/hostile-cases.ts";
import { refusal } from "../../support/sweep.ts";

/** A call with a circuit of two nodes and an edge, to which something is done. */
function callWith(tamper: (circuit: object) => void): Parameters<typeof plan>[0] {
  const { net } = templatesFromYaml(edges("[a/op/x, b/op/u]"));
  tamper(net);
  return {
    circuitTemplate: net,
    paramGrid: { x: [0, 1] },
    paramMap: { x: { vars: ["op/x"], nodes: ["a"] } },
    outputs: ["b/op/x"],
    ...times,
  };
}

const times = { simulationTime: 0.1, stepSize: 0.01 };

function detached(): Float64Array {
  const values = Float64Array.of(1, 2, 3);
  structuredClone(values, { transfer: [values.buffer] });
  return values;
}

test("template with a hole among its edges: it is no circuit", async () => {
  const call = callWith((circuit) => {
    Object.assign(circuit, { edges: new Array(1) });
  });
  expect((await refusal(() => plan(call))).code).toBe("E_TYPE");
});

test("template with an array beside what it needs, whose buffer was transferred: it is planned as without it", async () => {
  const { points, steps } = await plan(
    callWith((circuit) => {
      Object.assign(circuit, { note: detached() });
    }),
  );
  expect([points, steps]).toEqual([2, 10]);
});

test.each([
  ["an end that is no place", { source: Number.NEGATIVE_INFINITY, target: { offset: 0 } }],
  ["one end alone", { source: { file: { name: "a", text: "" }, offset: 0 } }],
  ["a number", 1],
])("template with an edge whose ends are %s: it is no circuit", async (_, ends) => {
  const call = callWith((circuit) => {
    const [edge]: object[] = Reflect.get(circuit, "edges");
    Object.assign(circuit, { edges: [Object.assign(edge, { ends, target: "1" })] });
  });
  expect((await refusal(() => plan(call))).code).toBe("E_TYPE");
});
