import { existsSync, readFileSync, statSync } from "node:fs";
import { extname } from "node:path";
import type { Table } from "apache-arrow";
import { MassgridError, sanitize } from "../errors.ts";
import { formOfBranches } from "../figure/diagram-source.ts";
import { openSweep, type StoredSweep } from "../index.ts";
import { inBytes } from "../plan/size.ts";
import { nodeHost } from "../platform/node-host.ts";
import { labelled, short } from "../quantity.ts";
import { presentManifest } from "../store/disk/manifest-file.ts";
import { openDisk } from "../store/disk/open-disk.ts";
import { isUrl } from "../store/disk/s3-location.ts";
import { formats } from "../store/format/formats.ts";
import { BRANCH, type Column, columnsOf, isAcross, namesWith, type Role, STATUS } from "../sweep/columns.ts";
import { gridValuesOf, tracedBy } from "../sweep/traced-columns.ts";

import { decodeIPC } from "../table/ipc.ts";
import { align } from "./columns.ts";
import { digestOf } from "./digest.ts";
import { MOST_READ } from "./files.ts";
import { failuresText, outcomeOf } from "./stored.ts";
import { failureText } from "./summary.ts";
import { MOST_COLUMNS, textReaders } from "./text-files.ts";
import { messageOf, UsageError, usageError } from "./usage.ts";

/** Readers of tables by the extension of their files. */
const readers: Record<string, (bytes: Uint8Array) => Table | Promise<Table>> = {
  ".arrow": decodeIPC,
  ".arrows": decodeIPC,
  ".parquet": (bytes) => formats.parquet.decode(bytes),
};

/** Prints what a file or directory of ours holds: what it is, columns with units, points, and those that failed. */
export async function inspect(path: string): Promise<void> {
  try {
    if (!isUrl(path) && !existsSync(path)) throw new UsageError(`${sanitize(path)}: there is no such file or directory`);
    const lines = isUrl(path) || statSync(path).isDirectory() ? await ofStore(path) : await ofFile(path);
    console.log(lines.join("\n"));
  } catch (error) {
    throw error instanceof MassgridError ? usageError(error) : error;
  }
}

async function ofFile(path: string): Promise<string[]> {
  const { size } = statSync(path);
  const extension = extname(path);
  if (Object.hasOwn(textReaders, extension)) return [`${sanitize(path)}: ${inBytes(size)}`, ...textReaders[extension](path)];
  if (!Object.hasOwn(readers, extension)) {
    const known = [...Object.keys(readers), ...Object.keys(textReaders)].join(", ");
    throw new UsageError(`${sanitize(path)}: its name ends in none of ${known}, and it is no directory of --store`);
  }
  if (size > MOST_READ) throw new UsageError(`${sanitize(path)} has ${size} bytes, more than can be read at once`);
  const table = await read(path, readers[extension]);
  return [`${sanitize(path)}: ${kindOf(table)}, ${table.numRows} rows, ${inBytes(size)}`, ...linesOf(table)];
}

async function read(path: string, reader: (bytes: Uint8Array) => Table | Promise<Table>): Promise<Table> {
  try {
    const table = await reader(new Uint8Array(readFileSync(path)));
    if (table.schema.fields.length > 0) return table;
    throw new Error("it has no columns");
  } catch (error) {
    throw new UsageError(`${sanitize(path)} cannot be read as ${extname(path)}: ${sanitize(messageOf(error))}`, { cause: error });
  }
}

/** What a table is, by the roles of its columns. */
function kindOf(table: Table): string {
  const columns = columnsOf(table);
  const has = (role: Role) => columns.some((column) => column.role === role);
  if (has("quantity")) return "a certificate";
  if (isAcross(table)) return "features across replicates";
  if (columns.some((column) => column.role === "output" && tracedBy(column).point !== undefined)) return "traces in the wide layout";
  if (has("time") && has("output")) return has("key") ? "traces in the long layout" : "the traces of one run";
  const branches = formOfBranches(table);
  if (branches !== undefined)
    return { equilibria: "branches of equilibria", cycles: "branches of cycles", curves: "curves of bifurcations" }[branches];
  if (has("key") && has("status")) return "the map of a sweep";
  return has("key") ? "points of a grid" : "a table";
}

/** What a table says of the sweep, its points and columns. */
function linesOf(table: Table): string[] {
  const facts = [...table.schema.metadata]
    .filter(([name]) => !name.includes(":"))
    .map(([name, value]) => `${sanitize(name)} ${sanitize(value)}`);
  return [...(facts.length > 0 ? [facts.join(", ")] : []), ...pointLines(table), "", ...columnLines(table)];
}

function pointLines(table: Table): string[] {
  if (table.getChild(STATUS)) {
    const { points, keys } = digestOf(table);
    const failed = failureText(table);
    const all = `${points} points; ${failed === "" ? "all ended well" : failed}`;
    return [
      all,
      ...keys.map(
        ({ name, unit, least, most, values }) =>
          `  ${labelled(sanitize(name), unit)} from ${short(least)} to ${short(most)} (${values} values)`,
      ),
    ];
  }
  const points = pointsOf(table);
  return points > 0 ? [`${points} points`] : [];
}

/** How many points a table has rows or columns of. */
function pointsOf(table: Table): number {
  const [key] = namesWith(table, "key");
  if (key !== undefined) return new Set(table.getChild(key)).size;
  return new Set(columnsOf(table).flatMap((column) => tracedBy(column).point ?? [])).size;
}

/** Columns with what they are, and their unit. In the wide layout those of one output stand together. */
function columnLines(table: Table): string[] {
  const columns = columnsOf(table);
  const wide = columns.filter((column) => column.role === "output" && tracedBy(column).point !== undefined);
  const others = columns.filter((column) => !wide.includes(column));
  const rows = others
    .slice(0, MOST_COLUMNS)
    .map((column) => [sanitize(column.name), column.metadata.get(BRANCH) ?? column.role, column.unit, aboutOf(column)]);
  const outputs = new Map<string, Column[]>();
  for (const column of wide) outputs.set(tracedBy(column).output, [...(outputs.get(tracedBy(column).output) ?? []), column]);
  for (const [output, [first, ...rest]] of outputs) {
    const keys = [...gridValuesOf(first).keys()].map(sanitize).join(", ");
    rows.push([
      `${sanitize(output)} of ${rest.length + 1} points`,
      "output",
      first.unit,
      `${aboutOf(first)}${keys === "" ? "" : `; by ${keys}`}`,
    ]);
  }
  const titles = ["column", "what it is", "unit", "of"];
  const more = others.length - MOST_COLUMNS;
  return [...align(titles.map((title, i) => [title, ...rows.map((row) => row[i])])), ...(more > 0 ? [`… and ${more} more columns`] : [])];
}

/** The variable or feature of a column. */
function aboutOf({ metadata }: Column): string {
  const { feature = "", state = "", variable = state }: Record<string, string> = Object.fromEntries(metadata);
  return sanitize([feature, variable].filter((part) => part !== "").join(" of "));
}

/** A directory of --store: the sweep as it was asked for, and how far it is. */
async function ofStore(directory: string): Promise<string[]> {
  const manifest = await presentManifest(openDisk(directory, nodeHost()));
  const sweep: StoredSweep = await openSweep(directory);
  const outcome = await outcomeOf(sweep);
  const { map, points: done } = outcome;
  const { format, spec, model, massgrid } = manifest;
  const finished = sweep.complete
    ? `complete, ${sweep.points} points`
    : `not complete: ${done} of ${sweep.points} points; massgrid resume goes on`;
  const failed = failuresText(outcome);
  const options = Object.entries(spec).filter(([, value]) => value !== null && JSON.stringify(value) !== "{}");
  return [
    `${sanitize(directory)}: a stored sweep of ${sanitize(model.name)}, ${finished}`,
    `${sweep.files.length} files of traces (${format}), ${sweep.rows} rows, ${inBytes(sweep.bytes)}; written by massgrid ${sanitize(massgrid)}`,
    ...(done > 0 ? [failed === "" ? "all ended well" : failed] : []),
    "",
    "spec:",
    ...options.map(([name, value]) => `  ${name}: ${sanitize(JSON.stringify(value))}`),
    "",
    ...(done > 0 ? [`map: ${done} rows`, ...(map ? [...pointLines(map).slice(1), ...columnLines(map)] : [])] : []),
  ];
}
