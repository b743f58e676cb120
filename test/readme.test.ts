import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { adaptiveSolvers, fixedSolvers, stochasticSolvers } from "../src/sweep/solver.ts";
import { filesUnder } from "./support/imports.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Pages whose programs are run, and whose links are followed. */
const pages = ["README.md", ...filesUnder(root, "docs", [".md"])];

function read(page: string): string {
  return readFileSync(join(root, page), "utf8");
}

/** The fenced blocks of a language on a page, in order. */
function blocks(page: string, language: string): string[] {
  const parts = read(page)
    .split(/^```/m)
    .filter((_, i) => i % 2 === 1);
  return parts.filter((part) => part.split("\n", 1)[0] === language).map((part) => part.slice(language.length + 1));
}

test("readme: set-up is one command, and in a checkout exactly two, which are scripts of the package", () => {
  const commands = blocks("README.md", "sh").map((block) => block.trim().replaceAll(/\s*#.*/g, ""));
  expect(commands.slice(0, 2)).toEqual(["npm install massgrid", "npm start\nnpm test"]);
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["start", "test", "bench"]));
});

/** Programs that a page says are run, and what it shows below each. */
function programsOf(page: string): [number, string, string, string][] {
  const marked = /^<!-- readme\.test\.ts runs this program[^>]*-->\n```js\n([\s\S]*?)^```\n(?:\n```\n([\s\S]*?)^```)?/gm;
  return [...read(page).matchAll(marked)].map(([, program, printed = ""], i) => [i + 1, page, program, printed]);
}

const programs = pages.flatMap(programsOf);

test.each(programs)("readme: program %i of %s prints what the page shows", (_, __, program, printed) => {
  const folder = mkdtempSync(join(root, "build/readme-"));
  try {
    const file = join(folder, "program.mjs");
    writeFileSync(file, program);
    const { stdout, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout.trim()).toBe(printed.trim());
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(pages)("readme: files that %s links to exist", (page) => {
  const links = [...read(page).matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1]).filter((link) => !link.includes("://"));
  expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
});

test("readme: the table of docs/solvers.md has every solver, with its steps, order and stages", () => {
  const rows = [...read("docs/solvers.md").matchAll(/^\| `([\w-]+)` \| (fixed|adaptive)[^|]*\| ([^|]+) \| (\d+) \|/gm)];
  const strong = ({ strongOrder, weakOrder }: (typeof stochasticSolvers)[keyof typeof stochasticSolvers]) =>
    `${strongOrder} strong, ${weakOrder} weak`;
  const wanted = [
    ...Object.values(fixedSolvers).map(({ name, order, stages }) => [name, "fixed", String(order), String(stages)]),
    ...Object.values(stochasticSolvers).map((solver) => [solver.name, "fixed", strong(solver), String(solver.stages)]),
    ...Object.values(adaptiveSolvers).map(({ name, order, stages }) => [name, "adaptive", String(order), String(stages)]),
  ];
  const byName = (a: readonly string[], b: readonly string[]) => a[0].localeCompare(b[0]);
  expect(rows.map((row) => row.slice(1).map((cell) => cell.trim())).sort(byName)).toEqual(wanted.sort(byName));
});

test("readme: docs/errors.md has every code that the source throws, and no other", () => {
  const listed = new Set(readFileSync(join(root, "docs/errors.md"), "utf8").match(/\bE_[A-Z\d_]+/g));
  const thrown = new Set<string>();
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  for (const file of files) {
    for (const code of readFileSync(join(root, "src", file), "utf8").match(/"E_[A-Z\d_]+"/g) ?? []) thrown.add(code.slice(1, -1));
  }
  expect([...listed].sort()).toEqual([...thrown].sort());
});
