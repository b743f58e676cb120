// All that is wrong with a text of templates is told at once, each at its place, and nothing twice or as a consequence of another.
import { describe, expect, test } from "vitest";
import { describeModel, templatesFromYaml } from "../../../src/index.ts";
import { refusal } from "../../support/sweep.ts";

interface Text {
  equations: readonly string[];
  variables?: string;
  operators?: string;
  nodes?: string;
  edges?: string;
}

const textOf = ({ equations, variables = "", operators = "op", nodes = "p: node", edges = "" }: Text) => `op:
  base: OperatorTemplate
  equations:
${equations.map((each) => `    - "${each}"\n`).join("")}  variables:
    x: output(0.5)
    y: variable
    a: 2.0
    tau: 10.0
${variables}node: { base: NodeTemplate, operators: [${operators}] }
net: { base: CircuitTemplate, nodes: { ${nodes} }${edges} }
`;
const right = ["x' = (a - x)/tau + y", "y' = -y/tau"];

/** The problems of a text: place, and what the caret stands under. */
async function problemsOf(text: Text): Promise<string[]> {
  const { problems } = await refusal(() => describeModel(templatesFromYaml(textOf(text), { name: "m.yaml" }).net));
  return problems.map(({ code, source }) => {
    const under = /^[\w.]+|^./.exec(source?.text.slice(source.column - 1) ?? "")?.[0];
    return `${source?.line} ${under} ${code}`;
  });
}

describe("template faults together", () => {
  test.each<[string, Text, string[]]>([
    [
      "names of several equations, and several of one",
      { equations: ["x' = (a - x)/tauu + foo*y", "y' = -y/tau + sinn(x)"] },
      ["4 tauu E_UNKNOWN_VARIABLE", "4 foo E_UNKNOWN_VARIABLE", "5 sinn E_UNKNOWN_FUNCTION"],
    ],
    [
      "grammar of one equation and names of another",
      { equations: ["x' = (a - x)/tau + * y", "y' = -y/tauu"] },
      ["4 * E_EQ_SYNTAX", "5 tauu E_UNKNOWN_VARIABLE"],
    ],
    [
      "declarations, which equations still know",
      { equations: [right[0], "y' = -y/tauu + w + v"], variables: "    w: bla(3)\n    v: foo\n" },
      ["5 tauu E_UNKNOWN_VARIABLE", "11 bla E_DECLARATION", "12 foo E_DECLARATION"],
    ],
    [
      "operators of a node and nodes of a circuit, each once however often it is used",
      { equations: ["x' = -x/tauu", right[1]], operators: "op, opp", nodes: "p: node, q: node, r: nodee" },
      ["4 tauu E_UNKNOWN_VARIABLE", "11 opp E_UNKNOWN_TEMPLATE", "12 nodee E_UNKNOWN_TEMPLATE"],
    ],
    [
      "variables without equations",
      { equations: ["x' = y + z"], variables: "    z: variable\n" },
      ["7 variable E_NO_EQUATION", "10 variable E_NO_EQUATION"],
    ],
    [
      "attributes of edges",
      { equations: right, edges: ", edges: [[p/op/x, p/op/a, null, { weightt: 1 }], [p/op/x, p/op/a, null, { delai: 1 }]]" },
      ["12 weightt E_EDGE_ATTRIBUTE", "12 delai E_EDGE_ATTRIBUTE"],
    ],
    [
      "ends of edges",
      { equations: right, edges: ", edges: [[p/op/z, p/op/a, null, {}], [p/op/x, p/op/u, null, {}]]" },
      ["12 z E_EDGE_SOURCE", "12 u E_EDGE_TARGET"],
    ],
  ])("%s", async (_, text, wanted) => {
    expect(await problemsOf(text)).toEqual(wanted);
  });

  test("of a text that is all wrong, the first twenty problems alone are looked for", async () => {
    const equations = Array.from({ length: 3000 }, (_, i) => `x' = -x*k${i}`);
    expect(await problemsOf({ equations })).toHaveLength(20);
  });
});
