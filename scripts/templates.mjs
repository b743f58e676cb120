// Embeds the bundled templates, src/model/bundled/**/*.yaml, in its bundled.generated.ts; comments become empty lines.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const folder = "src/model/bundled";

export function embedTemplates() {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yaml"));
  const entries = files.sort().map((file) => {
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
