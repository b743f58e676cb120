import { expect, test } from "vitest";
import { Problems } from "../../src/check.ts";
import { resolveMapping } from "../../src/plan/mapping.ts";
import type { Target } from "../../src/plan/paths.ts";

test("plan mapping: a grid key that lists 1,000 nodes looks at each variable of the model as often as one that says all", () => {
  const names = Array.from({ length: 1000 }, (_, i) => `p${i}`);
  const variables = names.flatMap((node) =>
    ["tau", "eta"].map((name): Target => {
      const path = `${node}/op/${name}`;
      return { kind: "param", row: 0, variable: { path, value: 0, unit: "" }, node, operator: "op", name };
    }),
  );
  let reads = 0;
  const targets = new Proxy(variables, {
    get: (list, key, self) => {
      if (typeof key === "string" && /^\d+$/.test(key)) reads++;
      return Reflect.get(list, key, self);
    },
  });
  const readsOf = (nodes: string[]) => {
    reads = 0;
    const { assignments } = resolveMapping(new Problems(), { eta: { vars: ["op/eta"], nodes } }, ["eta"], {
      params: [],
      targets,
      noise: [],
      pulses: [],
    });
    expect(assignments.map(({ path }) => path)).toEqual(names.map((node) => `${node}/op/eta`));
    return reads;
  };
  const all = readsOf(["all"]);
  expect(all).toBeGreaterThanOrEqual(variables.length);
  expect(readsOf(names)).toBeLessThanOrEqual(1.5 * all);
});
