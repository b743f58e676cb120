// results.md: a section for each bench, so that a run of one replaces its own and leaves the others as they were measured.

const INTRODUCTION = [
  "# Measured",
  "",
  "Minima of many turns, rivals taking turns in one run. `npm run bench` measures everything again, `npm run bench -- NAME` one section.",
  "Ratios are ours over the rival's: below 1 is faster.",
];

const headingOf = (name) => `## ${name}`;

/** Lines of each bench's section, by its name; what stands above the first is left out. */
function sectionsOf(text) {
  const parts = text.split(/^(?=## )/m).slice(1);
  return Object.fromEntries(parts.map((part) => [part.split("\n", 1)[0].slice(3), part.trim().split("\n").slice(1)]));
}

/** The section of a bench: when and on what it was measured, its rows, its tables. */
export function sectionOf(rows, details, { date, machine }) {
  const lines = rows.map(({ question, found, ratio, target, met }) => `| ${question} | ${found} | ${ratio} | ${target} | ${met} |`);
  const table = rows.length > 0 ? ["| what | found | ratio | target | met |", "|---|---|---|---|---|", ...lines] : [];
  return ["", `${date}, ${machine}.`, ...(table.length > 0 ? ["", ...table] : []), ...(details.length > 0 ? ["", ...details] : [])];
}

/** The page with one section replaced, or added where `order` puts it. The battery's page has the same form, and another introduction. */
export function withSection(text, name, lines, order, introduction = INTRODUCTION) {
  const sections = { ...sectionsOf(text), [name]: lines };
  const names = [...order.filter((each) => sections[each]), ...Object.keys(sections).filter((each) => !order.includes(each))];
  return `${[...introduction, ...names.flatMap((each) => ["", headingOf(each), ...sections[each]])].join("\n")}\n`;
}
