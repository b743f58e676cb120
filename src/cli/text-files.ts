import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { extname } from "node:path";
import { isRecord } from "../check.ts";
import { sanitize } from "../errors.ts";
import { columnsOf } from "../sweep/columns.ts";
import { OK } from "../sweep/status.ts";
import { countText } from "./summary.ts";
import { messageOf, UsageError } from "./usage.ts";

/** Most columns that are listed. */
export const MOST_COLUMNS = 40;

/** What `massgrid inspect` says of a file of text, by its extension. */
export const textReaders: Record<string, (path: string) => string[]> = { ".csv": ofCsv, ".json": ofReport };

/** What a table of ours is, as far as the names of its columns tell. */
function kindOf(names: readonly string[]): string {
  const roles = columnsOf({ schema: { fields: names.map((name) => ({ name, type: "Utf8" })) } }).map(({ role }) => role);
  if (roles.includes("quantity")) return "a certificate";
  return roles.includes("key") && roles.includes("status") ? "the map of a sweep" : "a table";
}

/** A table as text: its columns and rows. */
function ofCsv(path: string): string[] {
  const file = openSync(path, "r");
  try {
    const buffer = new Uint8Array(65536);
    const decoder = new TextDecoder();
    let [head, rows, isQuoted] = ["", 0, false];
    let hasHead = false;
    let ends = true;
    for (let size = readSync(file, buffer); size > 0; size = readSync(file, buffer)) {
      if (!hasHead) head += decoder.decode(buffer.subarray(0, size), { stream: true });
      for (let i = 0; i < size; i++) {
        if (buffer[i] === 34) isQuoted = !isQuoted;
        if (buffer[i] === 10 && !isQuoted) rows++;
        ends = buffer[i] === 10;
      }
      hasHead ||= head.includes("\n");
    }
    const names = cellsOf(head.split("\n", 1)[0].trim());
    const shown = names.slice(0, MOST_COLUMNS).map(sanitize).join(", ");
    return [
      `${kindOf(names)} as text, ${Math.max(0, rows - (ends ? 1 : 0))} rows; it has no units`,
      `${names.length} columns: ${shown}${names.length > MOST_COLUMNS ? ", …" : ""}`,
    ];
  } finally {
    closeSync(file);
  }
}

/** The cells of a line of text between commas; those in quotes may have commas themselves. */
function cellsOf(line: string): string[] {
  const cells = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)];
  return cells.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain);
}

/** The summary that `massgrid sweep --json` prints: points, how they ended, and what a certificate says. */
function ofReport(path: string): string[] {
  const report = parsed(path);
  const { points, statuses, certificate, written, store } = report;
  if (typeof points !== "number" || !isRecord(statuses)) {
    throw new UsageError(`${sanitize(path)} is no summary of massgrid sweep --json: it has no points and statuses`);
  }
  const counts = new Map(Object.entries(statuses).flatMap(([status, count]) => (typeof count === "number" ? [[status, count]] : [])));
  counts.delete(OK);
  const failed = countText(counts, points);
  const files = Array.isArray(written) ? written : store === undefined ? [] : [store];
  const text = isRecord(certificate) ? certificate.text : undefined;
  return [
    `the summary of a sweep, ${points} points; ${failed === "" ? "all ended well" : failed}`,
    ...(files.length > 0 ? [`it wrote ${files.map((file) => sanitize(String(file))).join(", ")}`] : []),
    ...(typeof text === "string" ? ["", ...text.split("\n").map(sanitize)] : []),
  ];
}

function parsed(path: string): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (isRecord(found)) return found;
    throw new Error("it is no object");
  } catch (error) {
    throw new UsageError(`${sanitize(path)} cannot be read as ${extname(path)}: ${sanitize(messageOf(error))}`, { cause: error });
  }
}
