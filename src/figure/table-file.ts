import type { Table } from "apache-arrow/table";
import { MassgridError, sanitize } from "../errors.ts";
import { formats } from "../store/format/formats.ts";
import { columnsOf, isAcross, type Role } from "../sweep/columns.ts";
import { tracedBy } from "../sweep/traced-columns.ts";
import { mapOfAcross } from "./replicates.ts";

/** How a Parquet file begins. */
const PARQUET = "PAR1";

/** The table of a file of Arrow IPC or Parquet, whatever its name. Throws E_NOT_A_SWEEP for what is neither. */
export async function decodeTable(name: string, bytes: Uint8Array): Promise<Table> {
  try {
    const isParquet = new TextDecoder().decode(bytes.subarray(0, PARQUET.length)) === PARQUET;
    const table = await formats[isParquet ? "parquet" : "arrow"].decode(bytes);
    if (table.schema.fields.length > 0) return table;
    throw new Error("it has no columns");
  } catch (error) {
    if (error instanceof MassgridError) throw error;
    throw noSweep(`${sanitize(name)} is no file of Arrow IPC or of Parquet; massgrid sweep --out writes one`, { cause: error });
  }
}

/** What a table is of a sweep, by its columns; undefined for a foreign one. */
export function formOf(table: Table): "map" | "across" | "traces" | undefined {
  const columns = columnsOf(table);
  const has = (wanted: Role) => columns.some(({ role }) => role === wanted);
  if (has("key") && isAcross(table) && has("feature")) return "across";
  if (has("key") && has("status") && !has("output")) return "map";
  const hasPoints = has("key") || columns.some((column) => tracedBy(column).point !== undefined);
  return has("time") && hasPoints && has("output") ? "traces" : undefined;
}

/** The map that a file holds, or that is made of a table of acrossReplicates. Throws E_NOT_A_SWEEP for anything else. */
export async function decodeMap(name: string, bytes: Uint8Array): Promise<Table> {
  const table = await decodeTable(name, bytes);
  const form = formOf(table);
  if (form === "map") return table;
  if (form === "across") return mapOfAcross(table);
  if (form === undefined) throw foreign(name, table);
  throw noSweep(`${sanitize(name)} holds traces and no map; massgrid sweep --out x.arrow writes the map beside them, x.map.arrow`);
}

/** The error of a table that is none of a sweep. */
export function foreign(name: string, table: Table): MassgridError {
  const columns = table.schema.fields.slice(0, 6).map((field) => sanitize(field.name));
  const found = columns.length === 0 ? "no columns" : `the columns ${columns.join(", ")}${table.numCols > 6 ? ", …" : ""}`;
  return noSweep(`${sanitize(name)} has ${found}; a sweep has the map or the traces that massgrid sweep --out writes`);
}

export function noSweep(message: string, options: ErrorOptions = {}): MassgridError {
  return new MassgridError([{ code: "E_NOT_A_SWEEP", path: [], message }], options);
}
