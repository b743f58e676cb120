import * as v from "valibot";
import { type Entry, isRecord, kindOf, type Problems } from "../check.ts";
import { locationText, sanitize } from "../errors.ts";
import type { FeatureReducer } from "../reduce/custom-reducer.ts";
import type { FeatureSpec } from "../reduce/features.ts";

const func = v.custom<FeatureReducer["start"]>((value) => typeof value === "function");
const name = v.pipe(v.string(), v.regex(/^[A-Za-z_]\w*$/));

const columnSchema = v.union([name, v.object({ name, unit: v.optional(v.string()), values: v.optional(v.picklist(["number", "text"])) })]);

const entries: Record<string, Entry> = {
  name: { schema: v.string(), says: "a string" },
  columns: {
    schema: v.pipe(v.array(columnSchema), v.minLength(1)),
    says: 'a list of names (letters, digits, _), or of { name, unit, values: "number" or "text" }',
  },
  start: { schema: func, says: "a function" },
};

/** Whether an entry is meant as a reducer of the user's own: it has what no options have. */
export function looksOwn(entry: unknown): boolean {
  return isRecord(entry) && ("start" in entry || "columns" in entry);
}

function isOwn(entry: unknown): entry is FeatureReducer {
  return isRecord(entry) && Object.entries(entries).every(([key, { schema }]) => v.is(schema, entry[key]));
}

/** Checks the form of a reducer of the user's own. */
export function checkOwn(problems: Problems, entry: unknown, path: (string | number)[]): FeatureReducer | undefined {
  if (isOwn(entry)) return entry;
  for (const [key, { schema, says }] of Object.entries(entries)) {
    const found: unknown = isRecord(entry) ? entry[key] : undefined;
    if (v.is(schema, found)) continue;
    const at = [...path, key];
    problems.add("E_TYPE", at, `${locationText(at)} of a feature of your own must be ${says}, but ${kindOf(found)} was found`);
  }
  return undefined;
}

/** Tells that reducers of the user's own cannot be sent to another thread. `where` is what was asked for: "workers: 4". */
export function refuseElsewhere(problems: Problems, { groups }: FeatureSpec, where: string): void {
  const own = groups.flatMap((group) => ("custom" in group ? [group.custom.name] : []));
  if (own.length === 0) return;
  const names = [...new Set(own)].map(sanitize).join(", ");
  const message = `a feature of your own (${names}) is a function, which cannot be sent to another thread; leave out ${where}, or the feature`;
  problems.add("E_FEATURE_INLINE", ["features"], message);
}
