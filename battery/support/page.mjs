// docs/reliability.md: a section for each part, as the run of that part made it.
import { createHash } from "node:crypto";
import { withSection } from "../../bench/support/results.mjs";

export const introduction = [
  "# What was tried",
  "",
  "massgrid says that results have the same bits everywhere, that nothing which was stored is lost, and that what is wrong is told. `npm run battery`",
  "tries that where it is most likely to break, and writes this page; no figure here is written by hand. `npm run battery -- bits stores` runs some",
  "parts alone, and `--sample` a few tries of each, of which it writes nothing. What a part needs beside massgrid, engines and Python's packages, is",
  "installed when it is first run; what cannot be installed is left out by name. `failed` counts tries that went otherwise than the row says, and has its",
  "reason where it is not 0. [docs/limits.md](limits.md) has what massgrid does not do, and [docs/security.md](security.md) what it keeps strangers from doing.",
];

/** The section of a part, of its rows and of what was left out. Its last line is a checksum of the others: who changes one by hand is found out. */
export function sectionOf({ rows, missing = [], title }, { date, machine, command, seconds }) {
  const sum = (key) => rows.reduce((all, row) => all + row[key], 0);
  const count = (n) => n.toLocaleString("en-US").replaceAll(",", " ");
  const lines = [
    "",
    `${title}`,
    "",
    `${date}, ${machine}. \`${command}\`, ${Math.round(seconds)} s: ${count(sum("tried"))} tried, ${count(sum("failed"))} failed.`,
    "",
    "| what | tried | failed | found |",
    "|---|---|---|---|",
    ...rows.map(({ what, tried, failed, found }) => `| ${cell(what)} | ${count(tried)} | ${count(failed)} | ${cell(found)} |`),
    ...reasonsOf(rows),
    ...(missing.length > 0 ? ["", ...missing.map((name) => `- left out: ${name}`)] : []),
  ];
  return [...lines, "", checksumOf(lines)];
}

/** The line that ends a section of these lines. */
export function checksumOf(lines) {
  const hash = createHash("sha256").update(lines.join("\n").trim());
  return `<!-- written by npm run battery: ${hash.digest("hex").slice(0, 16)} -->`;
}

/** A text in a cell of a table. */
const cell = (text) => text.replaceAll("|", "\\|");

function reasonsOf(rows) {
  const lines = rows.flatMap(({ what, failed, why }) => (failed > 0 ? why.map((reason) => `- ${cell(what)}: ${cell(reason)}`) : []));
  return lines.length > 0 ? ["", ...lines] : [];
}

/** The page with the section of a part. */
export function pageWith(text, name, section, order) {
  return withSection(text, name, section, order, introduction);
}
