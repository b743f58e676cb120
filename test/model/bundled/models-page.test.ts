// docs/models.md lists what is bundled, as describeModel has it.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bundledModels, describeModel } from "../../../src/index.ts";
import { readersLines } from "../../../src/model/template/facts.ts";

const PAGE = "docs/models.md";

/** DOIs and arXiv's numbers as links. */
function linked(paper: string): string {
  return paper
    .replaceAll(/doi:(10\.[^\s;,]+)/g, (_, doi: string) => `[doi:${doi}](https://doi.org/${doi})`)
    .replaceAll(/arXiv:(\S+\d)/g, "[arXiv:$1](https://arxiv.org/abs/$1)");
}

/** A model as an item of a list: what it is, its paper, what is measured, how it is coupled, and other tools' names. */
function itemOf(path: string): string {
  const { description, paper = "", measured, coupling, elsewhere, timeUnit, variables } = describeModel(path);
  const said = readersLines(description).filter((line) => !/^(?:Paper|Family|Measured|Coupling|Elsewhere):/.test(line));
  const count = (kind: string) => variables.filter((variable) => variable.kind === kind && !("edges" in (variable.mapping ?? {}))).length;
  const by =
    coupling &&
    ` Coupled by \`${coupling.source}\` -> \`${coupling.target}\`${coupling.differences ? ", of differences" : coupling.edge ? `, by \`${coupling.edge}\`` : ""}.`;
  const names = elsewhere.map(
    ({ tool, model, names }) =>
      `  In ${tool}, ${model}: ${Object.entries(names)
        .map(([theirs, ours]) => `${theirs} = \`${ours}\``)
        .join(", ")}.`,
  );
  const time = timeUnit === "" ? "time without unit" : `time in ${timeUnit}`;
  return [
    `- **\`${path}\`** ${said.join(" ")}`,
    `  ${linked(paper)}.`,
    `  ${count("state")} states, ${count("parameter")} parameters, ${time}; measured: \`${measured?.name} = ${measured?.expression}\`.${by ?? ""}`,
    ...names,
  ].join("\n");
}

test("bundled models-page: docs/models.md has each model of the field below its family", async () => {
  const [head] = readFileSync(PAGE, "utf8").split(/(?<=models-page\.test\.ts -u -->\n)/);
  const lines: string[] = [];
  let last: string | undefined;
  for (const { path, family, isTestResource } of bundledModels()) {
    if (isTestResource) continue;
    if (family !== last) lines.push("", `## ${family}`, "");
    last = family;
    lines.push(itemOf(path));
  }
  await expect(`${head}${lines.join("\n")}\n`).toMatchFileSnapshot(`../../../${PAGE}`);
});
