// Short files that stand for very long ones, and long ones that are no fault.
import { describe, expect, test } from "vitest";
import { simulate, templatesFromYaml } from "../../../src/index.ts";
import { sourceOf } from "../../../src/model/build.ts";
import { nearest } from "../../../src/nearest.ts";
import { doubled, edges, one, times } from "../../support/hostile-cases.ts";
import { refusal } from "../../support/sweep.ts";

type Files = Record<string, string>;

/** The error of the last circuit of a text, and the processor's milliseconds that it took, those of reading the text apart. */
async function refused(text: string, files: Files | ((file: string) => string) = {}) {
  const resolve = (file: string) => (typeof files === "function" ? files(file) : files[file]);
  const read = { taken: 0 };
  const before = process.cpuUsage();
  const taken = () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const error = await refusal(() => {
    const circuit = Object.values(templatesFromYaml(text, { name: "net.yaml", resolve })).slice(-1)[0];
    read.taken = taken();
    return sourceOf(circuit);
  });
  return { code: error.code, message: error.message, place: error.problems[0].source?.file, taken: taken(), read: read.taken };
}

const long = `x' = ${times(1900, (i) => `p${i}`).join(" + ")}`;
const parameters = `x: variable\n    ${times(1900, (i) => `p${i}: 1.0`).join("\n    ")}`;

describe("hostile limits: what grows is refused before it has grown", () => {
  test.each<[string, string, RegExp]>([
    ["nodes", one("x' = -x") + doubled(30), /1073741824 nodes/],
    ["variables", one(long, parameters) + doubled(16), /\d+ variables/],
    ["terms", terms(20, 900) + doubled(3), /\d+ names, numbers and operators/],
    ["paths", one("x' = -x").replace("a: node", `${"n".repeat(128)}: node`) + deep(), /characters in the paths/],
    ["edges' operators", edges(...times(40, () => "[a/op/x, b/op/u, two, { two/twin/i: source }]")) + doubled(13), /\d+ variables/],
    ["stages of delays", edges(...times(50, (i) => `[a/op/x, b/op/u, null, { delay: 1.${i}, spread: 0.04 }]`)) + doubled(9), /stages/],
    ["what operators take over", one(long, parameters) + times(500, (i) => `o${i}: { base: op }`).join("\n"), /take over too much/],
    ["what circuits take over", many(3000) + times(500, (i) => `c${i}: { base: net }`).join("\n"), /take over too much/],
    [
      "what is edited again and again",
      one(`${long} + ${" ".repeat(50_000)}x`, parameters) + times(90, (i) => `o${i}: { base: op, equations: { append: " " } }`).join("\n"),
      /take over too much/,
    ],
  ])("%s", async (_, text, message) => {
    const { code, message: told, place, taken, read } = await refused(text);
    expect(told).toMatch(message);
    expect([code, place]).toEqual(["E_EXPANSION_LIMIT", "net.yaml"]);
    // A long text takes its time to be read, on a slow machine more than all else.
    expect(taken).toBeLessThan(Math.max(1000, 5 * read));
  });

  /** Circuits in circuits, as deep as they can be, with long names and some leaves each. */
  function deep(): string {
    return times(99, (i) => {
      const leaves = times(120, (k) => `n${k}: net`).join(", ");
      return `c${i}: { base: CircuitTemplate, circuits: { ${"m".repeat(128)}: ${i === 0 ? "net" : `c${i - 1}`}, ${leaves} } }`;
    }).join("\n");
  }

  /** A node of some long equations. */
  function terms(equations: number, count: number): string {
    const texts = times(equations, (i) => `"x${i}' = ${times(count, () => `x${i}*x${i}`).join(" + ")}"`);
    return `op: { base: OperatorTemplate, equations: [${texts.join(", ")}], variables: { ${times(equations, (i) => `x${i}: variable`).join(", ")} } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { a: node } }
`;
  }

  /** A circuit of many nodes. */
  function many(nodes: number): string {
    return one("x' = -x").replace("{ a: node }", `{ ${times(nodes, (i) => `n${i}: node`).join(", ")} }`);
  }

  test("files that are made as they are asked for", async () => {
    const endless = await refused("net: { base: a/b }", (file) => `b: { base: ${file}x/b }`);
    expect([endless.code, endless.place]).toEqual(["E_EXPANSION_LIMIT", `a${"x".repeat(99)}`]);
    const large = await refused("net: { base: a/b }", (file) => `b: { base: ${file}x/b }\n#${"x".repeat(250_000)}`);
    expect(large).toMatchObject({ code: "E_MODEL_TOO_LARGE", message: expect.stringMatching(/2097152 characters together/) });
    const ring = await refused("net: { base: a/net }", { a: "net: { base: b/net }", b: "net: { base: a/net }" });
    expect(ring).toMatchObject({ code: "E_TEMPLATE_CYCLE", place: "a" });
  });

  test("an expression of an output", async () => {
    const { net } = templatesFromYaml(one("x' = -x"));
    const run = (v: string) => simulate({ circuitTemplate: net, simulationTime: 1, stepSize: 0.5, outputs: { v } });
    for (const text of [`${"a-".repeat(100_000)}/op/x`, "(".repeat(100_000), "a/op/x ".repeat(1000)]) {
      expect((await refusal(() => run(text))).code).toBe("E_EQ_SIZE");
    }
    expect((await refusal(() => run(`${"a-".repeat(2000)}/op/x`))).code).toBe("E_EQ_SIZE");
    expect((await refusal(() => run("path__0 + a/op/x"))).message).toMatch(/unknown name path__0/);
    expect((await refusal(() => run("10**10**10 * a/op/x"))).code).toBe("E_CONST_NOT_FINITE");
    expect((await run(times(500, () => "a/op/x").join("-"))).getChild("v")?.get(0)).toBe(-498);
  });

  test("names to suggest", () => {
    const names = times(20_000, (i) => `${"n".repeat(150)}${i}`);
    const start = process.cpuUsage();
    expect(nearest(`${"n".repeat(150)}x`, names)).toBe(`${"n".repeat(150)}0`);
    expect(
      nearest(
        "n".repeat(150),
        times(5000, () => "n".repeat(8000)),
      ),
    ).toBe(undefined);
    expect(process.cpuUsage(start).user).toBeLessThan(500_000);
  });
});

describe("hostile limits: what is long and no fault", () => {
  /** Value of the derivative of x at the start. */
  async function slope(text: string): Promise<number> {
    const circuitTemplate = Object.values(templatesFromYaml(text)).slice(-1)[0];
    const table = await simulate({ circuitTemplate, simulationTime: 2, stepSize: 1, outputs: { x: "all/op/x" } });
    const [before, after] = table.getChild("x")?.toArray() ?? [];
    return after - before;
  }

  test.each([3000, 4000])("a chain of %i algebraic equations, in either order", async (length) => {
    const chain = times(length, (i) => `v${i} = v${i + 1} + 1`);
    for (const texts of [chain, [...chain].reverse()]) {
      const text = `op: { base: OperatorTemplate, equations: ["x' = v0", v${length} = x, ${texts.join(", ")}], variables: { x: variable(0.5), ${times(length + 1, (i) => `v${i}: variable`).join(", ")} } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { a: node } }`;
      expect(await slope(text)).toBe(length + 0.5);
    }
  });

  test("a sum of 3 000 edges", async () => {
    const text = `op: { base: OperatorTemplate, equations: ["x' = u"], variables: { x: output(0.5), u: input } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { a: node }, edges: [${times(3000, () => "[a/op/x, a/op/u]").join(", ")}] }`;
    expect(await slope(text)).toBe(1500);
  });

  test("equations of 2 000 terms, 256 parentheses, calls and signs", async () => {
    expect(await slope(one(`x' = ${times(1999, () => "x").join(" + ")}`))).toBe(1999);
    expect(await slope(one(`x' = ${"(".repeat(256)}x${")".repeat(256)}`))).toBe(1);
    expect(await slope(one(`x' = ${"-".repeat(256)}x`))).toBe(1);
    expect(await slope(one(`x' = ${"abs(".repeat(256)}x${")".repeat(256)}`))).toBe(1);
    expect(await slope(one(`x' = x${" ".repeat(60_000)}`))).toBe(1);
  });

  test("an equation that a thousand operators take over is read once", async () => {
    const text = one(`x' = ${times(250, () => "x").join(" + ")}`) + times(1000, (i) => `o${i}: { base: op }`).join("\n");
    const before = process.cpuUsage();
    expect(await slope(`${text}\nlast: { base: net }`)).toBe(250);
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
  });
});
