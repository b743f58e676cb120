import type { Data } from "apache-arrow/data";
import type { Field } from "apache-arrow/schema";
import type { Table } from "apache-arrow/table";
import { kindOf, Problems } from "../check.ts";
import { sanitize } from "../errors.ts";

/**
 * The trace of one point and output, as the Float64Array behind the table's column: nothing is copied.
 *
 * `results` is a table of gridSearch in either layout, also one read back from Arrow IPC; `key` a point's name (`JRC2_0`);
 * `output` an output's name, or `name/node` where its path matched several nodes. Unit: that of the output's variable.
 * Throws a MassgridError that names the nearest key or output where there is none.
 */
export function trace(results: Table, key: string, output: string): Float64Array {
  const problems = new Problems();
  const wide = results.schema.fields.filter((field) => field.metadata.has("key") && field.metadata.has("output"));
  const values = wide.length > 0 ? wideTrace(problems, results, wide, key, output) : longTrace(problems, results, key, output);
  problems.throwIfAny();
  if (values === undefined) throw new Error(`no trace of ${key} and ${output}, and no problem was told`);
  return values;
}

function wideTrace(problems: Problems, results: Table, fields: Field[], key: string, output: string): Float64Array | undefined {
  const ofOutput = fields.filter((field) => outputOf(field) === output);
  if (ofOutput.length === 0) {
    const known = [...new Set(fields.map(outputOf))];
    problems.unknown("E_UNKNOWN_OUTPUT", ["output"], { what: `output ${sanitize(output)} in the results`, found: output, known });
    return undefined;
  }
  const field = ofOutput.find((candidate) => candidate.metadata.get("key") === key);
  if (field === undefined) {
    unknownKey(problems, key, [...new Set(fields.map((candidate) => candidate.metadata.get("key") ?? ""))]);
    return undefined;
  }
  const data = results.getChild(field.name)?.data ?? [];
  return only(problems, data.map(float64));
}

/** The output of a wide column, with the node where the column's name has one. */
export function outputOf(field: Field): string {
  const output = field.metadata.get("output") ?? "";
  const prefix = `${output}/${field.metadata.get("key")}`;
  return output + field.name.slice(prefix.length);
}

function longTrace(problems: Problems, results: Table, key: string, output: string): Float64Array | undefined {
  const outputs = results.schema.fields.filter((field) => field.metadata.has("output")).map((field) => field.name);
  const keys = results.getChild("key");
  const values = results.getChild(output);
  if (keys === null || outputs.length === 0) {
    const columns = results.schema.fields.map((field) => field.name);
    problems.add("E_TYPE", ["results"], `this table is no result of gridSearch: it has the columns ${columns.slice(0, 10).join(", ")}`);
    return undefined;
  }
  if (!outputs.includes(output) || values === null) {
    problems.unknown("E_UNKNOWN_OUTPUT", ["output"], { what: `output ${sanitize(output)} in the results`, found: output, known: outputs });
    return undefined;
  }
  const names: unknown[] = [...(keys.data[0]?.dictionary ?? [])];
  const code = names.indexOf(key);
  if (code < 0) {
    unknownKey(problems, key, names.map(String));
    return undefined;
  }
  const parts = keys.data.flatMap((data, i) => {
    const codes: Int32Array = data.values;
    const first = codes.indexOf(code);
    return first < 0 ? [] : [float64(values.data[i]).subarray(first, codes.lastIndexOf(code) + 1)];
  });
  return only(problems, parts);
}

/** A trace that is in one piece; one that is in several cannot be had without a copy. */
function only(problems: Problems, parts: readonly Float64Array[]): Float64Array | undefined {
  if (parts.length <= 1) return parts[0] ?? new Float64Array(0);
  problems.add("E_TYPE", ["results"], `the trace is in ${parts.length} batches; make the table of one batch, or read the column's chunks`);
  return undefined;
}

function float64(data: Data): Float64Array {
  const values: unknown = data.values;
  if (values instanceof Float64Array) return values.subarray(0, data.length);
  throw new TypeError(`a column of numbers was expected, but ${kindOf(values)} was found`);
}

function unknownKey(problems: Problems, key: string, known: string[]): void {
  problems.unknown("E_UNKNOWN_KEY", ["key"], { what: `point ${sanitize(key)} in the results`, found: key, known });
}
