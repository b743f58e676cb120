// The declarations that are built, as users' compilers read them: programs that must compile, and mistakes with what is said of them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { root } from "./support/installed.ts";
import { callsInMarkdown } from "./support/markdown-calls.ts";
import { check, resolutions } from "./support/type-check.ts";

const folder = join(root, "test/types");
const programs = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));

/** The lines of mistakes, and what must be told of each: of the statement that starts behind the comment. */
const mistakes = programs["wrong.mts"].split("\n").flatMap((line, i) => {
  const text = /^\/\/ tells: (.*)$/.exec(line)?.[1];
  return text === undefined ? [] : [{ line: i + 2, text }];
});

test.each(resolutions)(
  "types: by %s, right calls compile, and each mistake is told by its name and the nearest right one",
  (resolution) => {
    const told = check(ts, { resolution, programs });
    expect(told.filter(({ file }) => file !== "wrong.mts")).toEqual([]);
    expect(mistakes.length).toBeGreaterThan(40);
    expect(told.map(({ line }) => line)).toEqual(mistakes.map(({ line }) => line));
    const found = mistakes.map(({ text }, i) => (told[i].message.includes(text) ? text : told[i].message));
    expect(found).toEqual(mistakes.map(({ text }) => text));
    // Options have one signature.
    for (const { message } of told) if (/unknown (?!column)/.test(message)) expect(message).not.toContain("No overload matches");
  },
);

test("types: every block of the documents that calls the package compiles, its options also from a variable, const or not", () => {
  const blocks = Object.fromEntries(callsInMarkdown(root).map(({ name, text }) => [`${name}.mjs`, text]));
  expect(Object.keys(blocks).length).toBeGreaterThan(30);
  expect(check(ts, { resolution: "nodenext", programs: blocks, untyped: true })).toEqual([]);
});
