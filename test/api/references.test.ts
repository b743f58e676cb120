// How templates find each other: by resolve, among those that are bundled, and in files.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { gridSearch, templatesFromYaml, trace } from "../../src/index.ts";
import { flatten } from "../../src/model/template/flatten.ts";
import { refusal } from "../support/sweep.ts";

describe("references", () => {
  const other =
    'pop2: { base: NodeTemplate, operators: [op2] }\nop2: { base: OperatorTemplate, equations: "v\' = -v", variables: { v: variable(1.0) } }\n';

  test.each(["lib/cells/pop2", "lib/cells.yaml/pop2", "lib.cells.pop2"])("%s is asked of resolve", (reference) => {
    const asked: string[] = [];
    const { net } = templatesFromYaml(`net: { base: CircuitTemplate, nodes: { a: ${reference} } }`, {
      resolve: (file) => {
        asked.push(file);
        return other;
      },
    });
    expect(asked).toEqual([reference.includes(".yaml") ? "lib/cells.yaml" : "lib/cells"]);
    expect(flatten(net).states[0].path).toBe("a/op2/v");
  });

  test.each(["model_templates.oscillators.vanderpol.vdp_pop", "model_templates/oscillators/vanderpol/vdp_pop"])(
    "%s is bundled",
    (reference) => {
      const { net } = templatesFromYaml(`net: { base: CircuitTemplate, nodes: { a: ${reference} } }`);
      expect(flatten(net).states.map(({ path }) => path)).toEqual(["a/vdp_op/x", "a/vdp_op/z"]);
    },
  );

  test("files are found beside the model, with and without extension, in any depth, and never outside of its folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "massgrid-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const model = join(folder, "model");
    mkdirSync(join(model, "lib"), { recursive: true });
    writeFileSync(join(folder, "secret.yaml"), other);
    writeFileSync(join(model, "lib/cells.yml"), "pop3: { base: deeper/cells/pop2 }\n");
    mkdirSync(join(model, "lib/deeper"));
    writeFileSync(join(model, "lib/deeper/cells.yaml"), other);
    symlinkSync(join(folder, "secret.yaml"), join(model, "link.yaml"));
    const circuit = (name: string, node: string) => `${name}: { base: CircuitTemplate, nodes: { a: ${node} } }\n`;
    writeFileSync(
      join(model, "main.yaml"),
      circuit("good", "lib/cells/pop3") +
        circuit("linked", "link/pop2") +
        circuit("up", "../secret/pop2") +
        circuit("rooted", `${folder}/secret/pop2`) +
        circuit("lost", "lib/none/pop2"),
    );
    const run = (path: string) =>
      gridSearch({
        circuitTemplate: path,
        paramGrid: { v: [2] },
        paramMap: { v: { vars: ["op2/v"], nodes: ["a"] } },
        simulationTime: 1,
        stepSize: 0.5,
        outputs: { v: "a/op2/v" },
      });
    for (const path of [`${model}/main/good`, `${model}/main.yaml/good`]) {
      const { results } = await run(path);
      expect([...trace(results, "good_0", "v")]).toEqual([2, 1]);
    }
    for (const name of ["linked", "up", "rooted"]) {
      const error = await refusal(() => run(`${model}/main/${name}`));
      expect(error.code).toBe("E_PATH_OUTSIDE");
      expect(error.message).toContain("main.yaml");
      expect(error.explain()).toContain(" | ");
    }
    expect((await refusal(() => run(`${model}/main/lost`))).code).toBe("E_UNKNOWN_TEMPLATE");
    expect((await refusal(() => run(`${model}/nowhere/good`))).code).toBe("E_UNKNOWN_TEMPLATE");
    expect((await refusal(() => run(`${model}/main/goood`))).message).toMatch(/did you mean good\?/);
  });
});
