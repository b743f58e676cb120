// The gallery: a page for each bundled model of the field, with its equations, its paper, figures that the command line draws from the
// specs in examples/gallery, and links that open these in the explorer.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { explorerLink, mathOf } from "./page-code.mjs";
import { root, staged } from "./pages.mjs";

const specs = "examples/gallery";

/** Specs of the gallery by the model that they are of. */
function readSpecs() {
  const found = new Map();
  for (const file of readdirSync(join(root, specs)).sort()) {
    const text = readFileSync(join(root, specs, file), "utf8");
    const spec = parse(text);
    const entry = { name: file.replace(".yaml", ""), text, spec, says: /^# (.*)$/m.exec(text)?.[1] ?? "" };
    // A figure of the paper stands before the others.
    const others = found.get(spec.circuitTemplate) ?? [];
    found.set(spec.circuitTemplate, /^[A-Z][^:]* \d{4}/.test(entry.says) ? [entry, ...others] : [...others, entry]);
  }
  return found;
}

/** Lays out the gallery; the figures of specs that were drawn before are taken as they are. */
export async function stageGallery() {
  const { bundledModels, describeModel } = await import("../dist/index.js");
  const bySpec = readSpecs();
  const lines = ["# Gallery", "", "Every bundled model, with a figure that `massgrid sweep` draws from a spec of some ten lines.", ""];
  let family = "";
  mkdirSync(join(staged, "public/gallery"), { recursive: true });
  for (const { path, name, family: its, headline, isTestResource } of bundledModels()) {
    if (isTestResource) continue;
    const entries = bySpec.get(path) ?? [];
    for (const entry of entries) draw(entry);
    if (its !== family) lines.push("", `## ${its}`, "");
    family = its;
    const [first] = entries;
    lines.push(`### [${name}](./model-${name}.md)`, "", headline, "");
    if (first) lines.push(`<a href="./model-${name}.html">${picture(first)}</a>`, "", first.says, "");
    writeFileSync(join(staged, `model-${name}.md`), await pageOf(describeModel(path), path, entries));
  }
  writeFileSync(join(staged, "gallery.md"), `${lines.join("\n")}\n`);
}

function picture({ name, says }) {
  return `<img class="figure" loading="lazy" src="/gallery/${name}.svg" alt="${escaped(says)}">`;
}

/** Draws a spec's figure, if it has not been drawn by this build of the package. */
function draw({ name, text }) {
  const hash = createHash("sha256")
    .update(text)
    .update(readFileSync(join(root, "build/stamp")))
    .digest("hex")
    .slice(0, 16);
  const kept = join(root, "build/gallery");
  mkdirSync(kept, { recursive: true });
  const file = join(kept, `${name}-${hash}.svg`);
  if (!existsSync(file)) {
    const spec = join(root, specs, `${name}.yaml`);
    const { status, stderr } = spawnSync(process.execPath, [join(root, "dist/cli.js"), "sweep", spec, "--plot", file], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`${name}: ${stderr}`);
  }
  copyFileSync(file, join(staged, "public/gallery", `${name}.svg`));
}

async function pageOf(description, path, entries) {
  const { name, paper = "", timeUnit, measured, description: said, variables } = description;
  const papers = paper
    .replaceAll(/doi:(10\.[^\s;,]+)/g, (_, doi) => `[doi:${doi}](https://doi.org/${doi})`)
    .replaceAll(/arXiv:(\S+\d)/g, "[arXiv:$1](https://arxiv.org/abs/$1)");
  const sentences = said.split("\n").filter((line) => line.trim() !== "" && !/^\s*[A-Z][a-z]+:/.test(line));
  const lines = [
    `# ${name}`,
    "",
    ...sentences.map((line) => line.trim()),
    "",
    `${papers}. Time is ${timeUnit === "" ? "without unit" : `in ${timeUnit}`}; what is measured is \`${measured?.expression}\`.`,
    "",
    `\`circuitTemplate: ${path}\``,
    "",
  ];
  for (const [i, entry] of entries.entries()) {
    lines.push(`## Figure ${i + 1}`, "", entry.says, "", picture(entry), "");
    lines.push(
      `<a href="./explorer/index.html${await explorerLink(entry.spec, description)}" target="_blank">Open in the explorer</a>`,
      "",
    );
    lines.push("```yaml", `# ${entry.name}.yaml`, entry.text.replace(/^#.*\n/, "").trim(), "```", "");
    lines.push("```sh", `npx massgrid sweep ${entry.name}.yaml --plot ${entry.name}.svg`, "```", "");
  }
  lines.push(
    "## Equations",
    "",
    mathOf(description),
    "",
    "## Variables",
    "",
    "| path | kind | value | unit | usual range |",
    "|---|---|---|---|---|",
  );
  for (const { path: variable, kind, value, unit, range, mapping } of variables) {
    if (mapping !== undefined && "edges" in mapping) continue;
    lines.push(`| \`${variable}\` | ${kind} | ${kind === "algebraic" ? "" : value} | ${unit} | ${range?.join(" to ") ?? ""} |`);
  }
  return `${lines.join("\n")}\n`;
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
