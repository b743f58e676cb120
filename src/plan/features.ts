import * as v from "valibot";
import { checkEntries, type Entry, isPlain, isRecord, kindOf, type Problems } from "../check.ts";
import { locationText, sanitize } from "../errors.ts";
import { columnName, columnValues, type FeatureReducer } from "../reduce/custom-reducer.ts";
import type { FeatureGroup, FeaturePart, FeatureSpec } from "../reduce/features.ts";
import { type FeatureSettings, featureNames, reducerCalled, reducerOf } from "../reduce/reducers.ts";
import type { Clock } from "../sweep/clock.ts";
import { type FeatureFacts, featureName, outputName } from "../sweep/columns.ts";
import type { OutputColumn } from "./outputs.ts";

/** A column of the map that a feature makes, with what is known of it. */
export interface FeatureColumn extends FeaturePart, FeatureFacts {
  values: FeaturePart["values"];
  output: OutputColumn;
}

/** The features of a sweep, resolved. */
export interface FeaturePlan extends FeatureSpec {
  parts: readonly FeatureColumn[];
}

/** The first features that ask how deviations grow, and that ask of the equations; undefined where none does. */
export function equationFeatures({ groups, parts }: Pick<FeaturePlan, "groups" | "parts">) {
  const first = (kind: "ofGrowth" | "ofField"): FeatureUse | undefined => {
    const part = parts.find(({ group }) => {
      const each = groups[group];
      return "reducer" in each && reducerCalled(each.reducer)[kind];
    });
    return part && { output: part.output.key, feature: part.feature };
  };
  return { growth: first("ofGrowth")?.output, equilibria: first("ofField") };
}

/** A feature, and the output that asks for it. */
export interface FeatureUse {
  output: string;
  feature: string;
}

/** What features are made of. */
export interface FeatureSources {
  /** Names of the outputs, also of those that are at fault. */
  outputs: readonly string[];
  /** Recorded variables, which have the numbers of their columns. */
  columns: readonly OutputColumn[];
  timeUnit: string;
  /** Undefined where it is at fault: then names and options are checked, and not how many samples there are. */
  clock: Clock | undefined;
  /** Names of the map's other columns. */
  taken: readonly string[];
}

type Path = (string | number)[];

/** The columns that `features` asks something of. */
export function featuredColumns(columns: readonly OutputColumn[], features: Readonly<Record<string, unknown>>): OutputColumn[] {
  return columns.filter(({ key, output }) => Object.hasOwn(features, key) || Object.hasOwn(features, output));
}

/** Finds what `features` asks for: output name → features, each a name, `{ name: options }` or a custom reducer. */
export function resolveFeatures(problems: Problems, features: Readonly<Record<string, unknown>>, sources: FeatureSources): FeaturePlan {
  const found = new Found(problems, sources);
  for (const [name, list] of Object.entries(features)) {
    const path = ["features", name];
    const variables = sources.columns.flatMap(({ key, output }, variable) => (key === name || output === name ? [variable] : []));
    // The two parts of a complex output may be named too; where all outputs are at fault, it is not known which are complex.
    const whole = sources.columns.length === 0 ? name.replace(/\.(re|im)$/, "") : name;
    if (variables.length === 0 && !sources.outputs.includes(whole)) {
      const known = [...new Set([...sources.outputs, ...sources.columns.map(({ output }) => output)])];
      problems.unknown("E_UNKNOWN_OUTPUT", path, { what: `output ${sanitize(name)} in features`, found: name, known });
    }
    if (!Array.isArray(list)) {
      problems.add("E_TYPE", path, `features of ${sanitize(name)} must be a list such as ["mean", "std"], but ${kindOf(list)} was found`);
      continue;
    }
    const entries: unknown[] = list;
    for (const [i, entry] of entries.entries()) found.add(entry, variables, [...path, i]);
  }
  return found.plan();
}

/** Groups and columns as they are found. */
class Found {
  readonly #problems: Problems;
  readonly #sources: FeatureSources;
  readonly #groups: FeatureGroup[] = [];
  /** Numbers of groups by variable, reducer and options: features that one reducer makes share it. */
  readonly #groupNumbers = new Map<string, number>();
  readonly #parts: FeatureColumn[] = [];
  readonly #names: Set<string>;

  constructor(problems: Problems, sources: FeatureSources) {
    this.#problems = problems;
    this.#sources = sources;
    this.#names = new Set([...sources.taken, ...sources.columns.map(outputName)]);
  }

  plan(): FeaturePlan {
    const { columns, clock } = this.#sources;
    const variables = new Set(this.#groups.map(({ variable }) => variable));
    // What is of the equations stands behind all columns.
    const unsure = [...variables].filter((variable) => columns[variable]?.kind === "output");
    return { groups: this.#groups, parts: this.#parts, unsure, samplingStep: clock?.samplingStep ?? Number.NaN };
  }

  /** Reads one entry of a list, for each of the columns that its output has. */
  add(entry: unknown, variables: readonly number[], path: Path): void {
    if (looksCustom(entry)) {
      const custom = checkCustom(this.#problems, entry, path);
      if (custom) for (const variable of variables) this.#addCustom(custom, variable, path);
      return;
    }
    const named = this.#named(entry, path);
    if (named === undefined) return;
    const { feature, given, at } = named;
    const reducer = reducerOf(feature);
    if (reducer === undefined) {
      this.#problems.unknown("E_UNKNOWN_FEATURE", at, { what: `feature ${sanitize(feature)}`, found: feature, known: featureNames() });
      return;
    }
    const settings = this.#settings(reducer, feature, given, at);
    if (settings) for (const variable of variables) this.#addNamed({ feature, reducer, settings, path: at }, variable);
  }

  /** The name and the options of an entry. */
  #named(entry: unknown, path: Path): { feature: string; given: unknown; at: Path } | undefined {
    if (typeof entry === "string") return { feature: entry, given: {}, at: path };
    const keys = isPlain(entry) ? Object.keys(entry) : [];
    if (isPlain(entry) && keys.length === 1) return { feature: keys[0], given: entry[keys[0]] ?? {}, at: [...path, keys[0]] };
    const says = "the name of a feature, { name: options }, or a reducer { name, columns, start }";
    this.#problems.add("E_TYPE", path, `a feature is ${says}, but ${kindOf(entry)} was found`);
    return undefined;
  }

  /** All options of a feature's reducer; undefined where one of those given is wrong. */
  #settings(reducer: string, feature: string, given: unknown, path: Path): FeatureSettings | undefined {
    const before = this.#problems.list.length;
    const { features, options, least } = reducerCalled(reducer);
    const own = features[feature].options;
    checkEntries(this.#problems, given, Object.fromEntries(own.map((name) => [name, options[name]])), path);
    if (this.#problems.list.length > before || !isRecord(given)) return undefined;
    const samples = this.#sources.clock?.sampleCount ?? Number.POSITIVE_INFINITY;
    const settings = Object.fromEntries(
      Object.entries(options).map(([name, option]): [string, number] => {
        const value = given[name];
        return [name, typeof value === "number" ? value : option.default(samples)];
      }),
    );
    const needed = least(settings);
    if (samples >= needed) return settings;
    const message = `${feature} needs ${needed} samples after the cutoff, but there are ${samples}; make the run longer, or sample more often`;
    this.#problems.add("E_FEATURE_SAMPLES", path, message);
    return undefined;
  }

  #addNamed(found: { feature: string; reducer: string; settings: FeatureSettings; path: Path }, variable: number): void {
    const { feature, reducer, settings, path } = found;
    const { features, ofGrowth, ofField } = reducerCalled(reducer);
    const { values, unit, options } = features[feature];
    const read = ofGrowth || ofField ? this.#sources.columns.length : variable;
    const key = `${read} ${reducer} ${JSON.stringify(settings)}`;
    const group = this.#groupNumbers.get(key) ?? this.#groups.push({ variable: read, reducer, settings }) - 1;
    this.#groupNumbers.set(key, group);
    const output = this.#sources.columns[variable];
    const shown = Object.fromEntries(options.map((name) => [name, settings[name]]));
    const units = { unit: output.unit, timeUnit: this.#sources.timeUnit };
    this.#addColumn({ group, part: feature, values, feature, unit: unit(units), settings: shown, output }, path);
  }

  #addCustom(custom: FeatureReducer, variable: number, path: Path): void {
    const { columns, timeUnit, clock } = this.#sources;
    const output = columns[variable];
    const { sampleCount: samples = 0, firstSample = 0, samplingStep = 0 } = clock ?? {};
    const context = {
      output: outputName(output),
      unit: output.unit,
      timeUnit,
      samples,
      startTime: firstSample * samplingStep,
      spacing: samplingStep,
    };
    const group = this.#groups.push({ variable, custom, context }) - 1;
    for (const column of custom.columns) {
      const unit = typeof column === "string" ? "" : (column.unit ?? "");
      const part = columnName(column);
      this.#addColumn({ group, part, values: columnValues(column), feature: part, unit, settings: {}, output }, path);
    }
  }

  #addColumn(column: Omit<FeatureColumn, "name">, path: Path): void {
    const name = featureName(column.output, column.feature);
    if (this.#names.has(name)) {
      const message = `two columns would be called ${sanitize(name)}: give the output another name, or for the same feature with other options a second name in outputs`;
      this.#problems.add("E_FEATURE_DUPLICATE", path, message);
    }
    this.#names.add(name);
    this.#parts.push({ ...column, name });
  }
}

const func = v.custom<FeatureReducer["start"]>((value) => typeof value === "function");
const nameSchema = v.pipe(v.string(), v.regex(/^[A-Za-z_]\w*$/));

const columnSchema = v.union([
  nameSchema,
  v.object({ name: nameSchema, unit: v.optional(v.string()), values: v.optional(v.picklist(["number", "text"])) }),
]);

const customEntries: Record<string, Entry> = {
  name: { schema: v.string(), says: "a string" },
  columns: {
    schema: v.pipe(v.array(columnSchema), v.minLength(1)),
    says: 'a list of names (letters, digits, _), or of { name, unit, values: "number" or "text" }',
  },
  start: { schema: func, says: "a function" },
};

/** Whether an entry is meant as a custom reducer: it has what no options have. */
function looksCustom(entry: unknown): boolean {
  return isRecord(entry) && ("start" in entry || "columns" in entry);
}

function isCustom(entry: unknown): entry is FeatureReducer {
  return isRecord(entry) && Object.entries(customEntries).every(([key, { schema }]) => v.is(schema, entry[key]));
}

/** Checks the form of a custom reducer. */
function checkCustom(problems: Problems, entry: unknown, path: (string | number)[]): FeatureReducer | undefined {
  if (isCustom(entry)) return entry;
  for (const [key, { schema, says }] of Object.entries(customEntries)) {
    const found: unknown = isRecord(entry) ? entry[key] : undefined;
    if (v.is(schema, found)) continue;
    const at = [...path, key];
    problems.add("E_TYPE", at, `${locationText(at)} of a feature of your own must be ${says}, but ${kindOf(found)} was found`);
  }
  return undefined;
}
