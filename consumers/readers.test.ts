// Those who read massgrid's files: each answers five questions about every file that it reads with the numbers that massgrid has.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeFixture } from "./fixture.mjs";
import { askedOf, consumers } from "./list.ts";
import { type Answers, ask, missing } from "./support/run.ts";
import { type Asked, pageOf } from "./support/table.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "out/consumers");
const page = join(root, "docs/consumers.md");
/** How far a number may be from massgrid's: sums of the same doubles in another order. */
const TOLERANCE = 1e-12;

let wanted: Answers;
const asked: Asked[] = [];

beforeAll(async () => {
  ({ answers: wanted } = await writeFixture(folder));
});

/** An answer with its numbers as those that are wanted, where they are as close as they must be; without what was not asked. */
function settled(found: unknown, right: unknown): unknown {
  if (typeof right === "number") return typeof found === "number" && Math.abs(found - right) <= TOLERANCE * Math.abs(right) ? right : found;
  if (Array.isArray(right)) return Array.isArray(found) ? [...found].sort() : found;
  if (typeof right !== "object" || right === null || typeof found !== "object" || found === null || "error" in found) return found;
  const given = new Map(Object.entries(found));
  return Object.fromEntries(Object.entries(right).map(([key, value]) => [key, settled(given.get(key), value)]));
}

/** The questions that were answered about each table. */
function namesOf(tables: Record<string, Answers>): Record<string, string[]> {
  return sorted(Object.fromEntries(Object.entries(tables).map(([table, answers]) => [table, Object.keys(answers)])));
}

function sorted(tables: Record<string, readonly string[]>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(tables).map(([table, names]) => [table, [...names].sort()]));
}

describe("readers", () => {
  test.each(consumers)("$name has massgrid's answers", (consumer, context) => {
    const lack = missing(consumer);
    if (lack !== undefined) {
      const message = `${consumer.name} is not asked: ${lack.why}`;
      if (process.env.MASSGRID_NEEDS_CONSUMERS && !lack.isAllowed) throw new Error(message);
      console.log(message);
      context.skip();
    }
    const found = ask(consumer, folder);
    const wrong: string[] = [];
    for (const [form, tables] of Object.entries(found.answers))
      for (const [table, answers] of Object.entries(tables))
        for (const [question, answer] of Object.entries(answers)) {
          const [is, be] = [JSON.stringify(settled(answer, wanted[question])), JSON.stringify(wanted[question])];
          if (is !== be) wrong.push(`${form} ${table} ${question}: ${is}, but massgrid has ${be}`);
        }
    expect(wrong).toEqual([]);
    const answered = Object.entries(found.answers).map(([form, tables]) => [form, namesOf(tables)]);
    expect(answered).toEqual(consumer.forms.map((form) => [form, sorted(askedOf(consumer))]));
    asked.push({ consumer, found });
  });

  afterAll(() => {
    if (asked.length < consumers.length) return;
    const text = pageOf(asked);
    if (readFileSync(page, { encoding: "utf8", flag: "a+" }) !== text) writeFileSync(page, text);
  });
});
