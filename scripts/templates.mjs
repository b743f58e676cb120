// Embeds the bundled templates, src/model/bundled/**/*.yaml, in its bundled.generated.ts; comments become empty lines.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const folder = "src/model/bundled";
/** Folders that stand behind the others, as a name alone means the first that has it. */
const last = ["CNS_2019_Tutorial", "test_resources"];

export function embedTemplates() {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yaml"));
  const rank = (file) => last.findIndex((name) => file.startsWith(name));
  const entries = files
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map((file) => {
      const path = `model_templates/${file.replaceAll("\\", "/").replace(/\.yaml$/, "")}`;
      return `  ${JSON.stringify(path)}:\n    ${JSON.stringify(readFileSync(`${folder}/${file}`, "utf8").replaceAll(/^ *#.*$/gm, ""))},`;
    });
  const lines = ["// Made by scripts/templates.mjs from src/model/bundled/**/*.yaml: do not edit.", ""];
  lines.push(
    "/** Path of a file of templates → its text. */",
    "export const bundledFiles: Readonly<Record<string, string>> = {",
    ...entries,
    "};",
    "",
  );
  writeFileSync(`${folder}/bundled.generated.ts`, lines.join("\n"));
}
