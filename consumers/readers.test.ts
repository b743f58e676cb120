// Those who read massgrid's files: each answers five questions about every file that it reads with the numbers that massgrid has.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeFixture } from "./fixture.mjs";
import { askedOf, consumers } from "./list.ts";
import { type Answers, ask, type Found, missing } from "./support/run.ts";
import { type Asked, pageOf } from "./support/table.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = join(root, "docs/consumers.md");
/**
 * What traces are kept as, with their files, and how far a number may be from massgrid's: sums of the same doubles in another order, and of
 * numbers of 32 bits also in 32 bits, as Polars, pandas and NumPy have their means.
 */
const kinds = [
  { traceType: "float64", folder: join(root, "out/consumers/float64"), tolerance: 1e-12 },
  { traceType: "float32", folder: join(root, "out/consumers/float32"), tolerance: 1e-5 },
] as const;

const wanted = new Map<string, Answers>();
const asked: Asked[] = [];

beforeAll(async () => {
  for (const { traceType, folder } of kinds) wanted.set(traceType, (await writeFixture(folder, traceType)).answers);
});

/** An answer with its numbers as those that are wanted, where they are as close as they must be; without what was not asked. */
function settled(found: unknown, right: unknown, tolerance: number): unknown {
  if (typeof right === "number") return typeof found === "number" && Math.abs(found - right) <= tolerance * Math.abs(right) ? right : found;
  if (Array.isArray(right)) return Array.isArray(found) ? [...found].sort() : found;
  if (typeof right !== "object" || right === null || typeof found !== "object" || found === null || "error" in found) return found;
  const given = new Map(Object.entries(found));
  return Object.fromEntries(Object.entries(right).map(([key, value]) => [key, settled(given.get(key), value, tolerance)]));
}

/** What of a consumer's answers is not massgrid's. */
function wrongAnswers({ traceType, tolerance, found }: (typeof kinds)[number] & { found: Found }): string[] {
  const right = wanted.get(traceType) ?? {};
  return Object.entries(found.answers).flatMap(([form, tables]) =>
    Object.entries(tables).flatMap(([table, answers]) =>
      Object.entries(answers).flatMap(([question, answer]) => {
        const [is, be] = [JSON.stringify(settled(answer, right[question], tolerance)), JSON.stringify(right[question])];
        return is === be ? [] : [`${traceType} ${form} ${table} ${question}: ${is}, but massgrid has ${be}`];
      }),
    ),
  );
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
    const all = kinds.map((kind) => ({ ...kind, found: ask(consumer, kind.folder) }));
    const wrong = all.flatMap(wrongAnswers);
    expect(wrong).toEqual([]);
    for (const { found } of all) {
      const answered = Object.entries(found.answers).map(([form, tables]) => [form, namesOf(tables)]);
      expect(answered).toEqual(consumer.forms.map((form) => [form, sorted(askedOf(consumer))]));
    }
    asked.push({ consumer, found: all[0].found });
  });

  afterAll(() => {
    if (asked.length < consumers.length) return;
    const text = pageOf(asked);
    if (readFileSync(page, { encoding: "utf8", flag: "a+" }) !== text) writeFileSync(page, text);
  });
});
