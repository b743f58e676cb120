/**
 * What a column of a table tells:
 * `key` the name of a point, `label` one that a caller's table has for it, `grid` its value of a grid key, `replicate` its number among
 * those of one point of the grid; `status` what became of it, `failedAt` when it failed, `failedVariable` in which state, `cost` what an
 * adaptive solver took for it; `state` what a state was at the end;
 * `level` how often the distance of neighbours was halved for a point, `direction` along which values of a key it was reached;
 * `feature` a number or text of its samples, `bound` an end of a feature's confidence interval, `quantile` its median or a quartile,
 * `fraction` the part of the replicates that have one of its labels, `count` the replicates that count;
 * `branch` what a table of branches or equilibria says beside outputs (branch-columns.ts); `time` the time of a sample, `output` a
 * recorded variable; of a certificate `quantity` what is compared, `comparison` its numbers.
 */
export type Role = PointRole | GrownRole | ValueRole;
type PointRole = "key" | "label" | "grid" | "replicate" | "status" | "failedAt" | "failedVariable" | "cost" | "state";
type GrownRole = "level" | "direction";
type ValueRole = "branch" | "feature" | "bound" | "quantile" | "fraction" | "count" | "time" | "output" | "quantity" | "comparison";

/** A column of one of the tables, written or read. Only those that are `nullable` have nulls: where there is no value, as what was not reached has none. */
export interface Column {
  name: string;
  role: Role;
  type: "number" | "integer" | "text";
  nullable: boolean;
  /** "" where it has none. */
  unit: string;
  metadata: ReadonlyMap<string, string>;
}

/** Names of the columns that every sweep calls the same. */
export const KEY = "key";
export const REPLICATE = "replicate";
export const STATUS = "status";
export const FAILED_AT = "failedAt";
export const FAILED_VARIABLE = "failedVariable";
export const TIME = "time";
/** What a point cost an adaptive solver: evaluations of the right-hand side, and steps. */
export const ACCEPTED = "accepted";
export const REJECTED = "rejected";
export const costNames = ["nfev", ACCEPTED, REJECTED] as const;
/** Of a map that was refined, or whose points follow each other; no grid key of such a map is called so. */
export const LEVEL = "level";
export const DIRECTION = "direction";
/** How many replicates count. */
export const COUNT = "n";
const QUANTITY = "quantity";
const comparisonNames = ["value", "reference", "error", "errorHalved"] as const;
/** Names of the columns in which pandas keeps the labels of rows. */
const labelNames = ["index", "__index_level_0__"];
/** What the metadata of an output's column say of it. */
export const outputFacts = ["output", "node", "variable", "unit"] as const;
/** What a table of acrossReplicates says of itself, and no other does. */
export const CONFIDENCE = "confidence";
/** What a table of simulate() says of the state in which its run ended: an object of path: value, as JSON. */
export const FINAL_STATE = "finalState";

/** What the metadata of a column of branches say it is. */
export const BRANCH = "branch";
/** Columns of traces and maps, which no output of a sweep may be called: the two are joined. */
export const sweepNames: readonly string[] = [KEY, REPLICATE, TIME, STATUS, FAILED_AT, FAILED_VARIABLE, ...costNames];
/** Names that no grid key may have: some table has such a column of its own, or such metadata. */
export const reservedNames: readonly string[] = [...sweepNames, ...outputFacts, COUNT, QUANTITY, ...comparisonNames];

/** A recorded variable. */
export interface OutputFacts {
  output: string;
  /** What is added to the output's name where its path matches several variables; else "". */
  suffix: string;
  node: string;
  /** Path of the variable. */
  variable: string;
  unit: string;
}

/** A feature of a recorded variable. */
export interface FeatureFacts {
  name: string;
  values: "number" | "text";
  output: OutputFacts;
  feature: string;
  unit: string;
  /** Every option that it has, with its value. */
  settings: object;
}

/** The points of a sweep: their keys, and the keys' units where they are known. */
export interface PointFacts {
  keys: readonly string[];
  units?: readonly string[];
}

/** A state of the model, as a column of what it was at the end. */
export interface StateFacts {
  path: string;
  unit: string;
}

/** What a table is made of. */
export interface MapFacts {
  points: PointFacts;
  timeUnit: string;
  adaptive: boolean;
  states?: readonly StateFacts[];
  features: readonly FeatureFacts[];
  /** Whether a point failed in a state that is known. */
  hasVariables?: boolean;
}

export interface TraceFacts {
  points: PointFacts;
  timeUnit: string;
  outputs: readonly OutputFacts[];
}

/** The name of an output as `trace()` takes it: `V`, or `V/node` where its path matched several nodes. */
export function outputName({ output, suffix }: Pick<OutputFacts, "output" | "suffix">): string {
  return suffix === "" ? output : `${output}/${suffix}`;
}

/** The name of a feature: `V_mean`, `V/node_mean`. It adds nothing that SQL, Spark, Lance or Vega want quoted. */
export function featureName(output: Pick<OutputFacts, "output" | "suffix">, feature: string): string {
  return `${outputName(output)}_${feature}`;
}

/** The name of one end of a feature's confidence interval. */
export function boundName(feature: string, bound: "low" | "high"): string {
  return `${feature}_${bound}`;
}

/** The points alone: `key` and the grid's keys. */
export function pointColumns({ keys, units = [] }: PointFacts): Column[] {
  return [column(KEY, "key", {}, "text"), ...keys.map((key, i) => gridColumn(key, units[i]))];
}

/** The values of a grid's key, or the number of a replicate. */
export function gridColumn(key: string, unit = ""): Column {
  return key === REPLICATE ? column(key, "replicate", {}, "integer") : column(key, "grid", unit === "" ? {} : { unit });
}

export function mapColumns({ points, timeUnit, adaptive, states = [], features, hasVariables = false }: MapFacts): Column[] {
  return [
    ...pointColumns(points),
    ...statusColumns(timeUnit),
    ...(hasVariables ? [{ ...column(FAILED_VARIABLE, "failedVariable", {}, "text"), nullable: true }] : []),
    ...(adaptive ? costNames : []).map((name) => ({ ...column(name, "cost"), nullable: true })),
    ...features.map(featureColumn),
    ...states.map(stateColumn),
  ];
}

/** What became of a point, and the time at which it failed: null where it reached the end. */
export function statusColumns(timeUnit: string): [status: Column, failedAt: Column] {
  return [column(STATUS, "status", {}, "text"), { ...column(FAILED_AT, "failedAt", { unit: timeUnit }), nullable: true }];
}

/** A state at the end: null where the point failed. */
function stateColumn({ path, unit }: StateFacts): Column {
  return { ...column(path, "state", { state: path, unit }), nullable: true };
}

/** A feature's column: null where the point failed, NaN where its trace has no such number. */
function featureColumn({ name, values, output, feature, unit, settings }: FeatureFacts): Column {
  const metadata = { ...outputMetadata(output), feature, unit, options: JSON.stringify(settings) };
  return { ...column(name, "feature", metadata, values), nullable: true };
}

export function longColumns({ points, ...samples }: TraceFacts): Column[] {
  return [...pointColumns(points), ...runColumns(samples)];
}

/** The samples of one run: `time`, and its outputs. */
export function runColumns({ timeUnit, outputs }: Omit<TraceFacts, "points">): Column[] {
  return [timeColumn(timeUnit), ...outputs.map((output) => column(outputName(output), "output", outputMetadata(output)))];
}

export function timeColumn(unit: string): Column {
  return column(TIME, "time", { unit });
}

/** The name of the wide column of an output of one point. */
export function wideName({ output, suffix }: OutputFacts, key: string): string {
  return outputName({ output: `${output}/${key}`, suffix });
}

/** The wide column of an output of one point: there are as many as points, so that each is made when it is asked for. */
export function wideColumn(output: OutputFacts, key: string, grid: readonly (readonly [string, string])[]): Column {
  const name = wideName(output, key);
  const metadata = new Map(grid);
  for (const fact of outputFacts) metadata.set(fact, output[fact]);
  metadata.set(KEY, key);
  return { ...column(name, "output"), unit: output.unit, metadata };
}

export function certificateColumns(points: PointFacts): Column[] {
  return [...pointColumns(points), column(QUANTITY, "quantity", {}, "text"), ...comparisonNames.map((name) => column(name, "comparison"))];
}

/** A column that is never null. */
export function column(name: string, role: Role, metadata: Record<string, string> = {}, type: Column["type"] = "number"): Column {
  return { name, role, type, nullable: false, unit: metadata.unit ?? "", metadata: new Map(Object.entries(metadata)) };
}

function outputMetadata({ output, node, variable, unit }: OutputFacts): Record<string, string> {
  return { output, node, variable, unit };
}

/** What is read of an Arrow Table, whichever copy of the library made it. */
export interface TableSchema {
  schema: {
    fields: readonly { name: string; type?: unknown; nullable?: boolean; metadata?: ReadonlyMap<string, string> }[];
    metadata?: ReadonlyMap<string, string>;
  };
}

/** The columns of a table of ours, also of one that was read back from Arrow IPC or Parquet, or of a caller's with a row for each point. */
export function columnsOf({ schema }: TableSchema): Column[] {
  const columns = schema.fields.map(({ name, type, nullable = false, metadata = new Map() }): Column => {
    const kind = String(type);
    const ofType = /Utf8|Dictionary/.test(kind) ? "text" : /^U?[Ii]nt/.test(kind) ? "integer" : "number";
    return { name, role: ownRole(name, metadata), type: ofType, nullable, unit: metadata.get("unit") ?? "", metadata };
  });
  const isText = (index: number) => columns[index]?.type === "text";
  const set = (index: number, role: Role) => {
    if (columns[index]?.role === "grid") columns[index].role = role;
  };
  // Grid keys may have the names of the columns that follow here, which are known by where they stand.
  const at = (name: string) => columns.findIndex((each) => each.name === name && each.role === "grid");
  if (columns.some(({ role }) => role === "output")) set(at(TIME), "time");
  const status = columns.findIndex(({ role }) => role === "status");
  // A grid key may be called `index` too: it stands behind `key`, and before `status` where there is one.
  const end = status < 0 ? columns.length : status;
  for (const i of labelNames.map(at)) if (columns[0]?.role !== "key" || i > end || columns[i]?.name !== labelNames[0]) set(i, "label");
  if (schema.metadata?.has(CONFIDENCE)) set(columns.findIndex(({ role }) => role === "feature") - 1, "count");
  const quantity = columns.length - comparisonNames.length - 1;
  const isCertificate = isText(quantity) && [QUANTITY, ...comparisonNames].every((name, i) => columns[quantity + i].name === name);
  if (isCertificate) for (let i = quantity; i < columns.length; i++) set(i, i === quantity ? "quantity" : "comparison");
  return columns;
}

/** The role that a column has by its own name and metadata: that of a grid key where these say nothing. */
function ownRole(name: string, metadata: ReadonlyMap<string, string>): Role {
  const isWide = metadata.has("output") && metadata.has(KEY);
  if (metadata.has("feature") && !isWide) {
    const ofFeature = { bound: "bound", quantile: "quantile", label: "fraction" } as const;
    for (const [fact, role] of Object.entries(ofFeature)) if (metadata.has(fact)) return role;
    return "feature";
  }
  if (metadata.has(BRANCH)) return "branch";
  if (metadata.has("output")) return "output";
  if (metadata.has("state")) return "state";
  if (metadata.has("refined")) return "level";
  if (metadata.has("followed")) return "direction";
  const roles: Readonly<Record<string, Role>> = {
    [KEY]: "key",
    [REPLICATE]: "replicate",
    [STATUS]: "status",
    [FAILED_AT]: "failedAt",
    [FAILED_VARIABLE]: "failedVariable",
  };
  if (Object.hasOwn(roles, name)) return roles[name];
  return costNames.some((cost) => cost === name) ? "cost" : "grid";
}

export function columnNamed(table: TableSchema, name: string): Column | undefined {
  return columnsOf(table).find((column) => column.name === name);
}

/** Columns of a table that have one of some roles. */
export function columnsWith(table: TableSchema, ...roles: readonly Role[]): Column[] {
  return columnsOf(table).filter(({ role }) => roles.includes(role));
}

export function namesWith(table: TableSchema, ...roles: readonly Role[]): string[] {
  return columnsOf(table).flatMap(({ name, role }) => (roles.includes(role) ? [name] : []));
}

/** The names of the grid's keys in a table, the number of the replicate among them. */
export function gridKeysOf(table: TableSchema): string[] {
  return namesWith(table, "grid", "replicate");
}

/** Of a feature's column: the output that it is of, and the feature. */
export function featureFacts(column: Column | undefined): { output: string | undefined; feature: string } {
  return { output: column?.metadata.get("output"), feature: column?.metadata.get("feature") ?? "" };
}

/** The columns of a table of points that are features; across replicates, their means, and most frequent labels. */
export function featuresOf(table: TableSchema): Column[] {
  return columnsWith(table, "feature");
}

/** Whether a table is one of acrossReplicates. */
export function isAcross({ schema }: TableSchema): boolean {
  return schema.metadata?.has(CONFIDENCE) === true;
}

/** Whether a map has a row for each replicate. */
export function hasReplicates(table: TableSchema): boolean {
  return columnsWith(table, "replicate").length > 0;
}
