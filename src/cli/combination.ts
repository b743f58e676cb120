import type { Table } from "apache-arrow";
import { kindOf, type Problems } from "../check.ts";
import { quoted } from "../errors.ts";
import { trace } from "../index.ts";

/** A signal to show: a name, and outputs added or subtracted. */
export interface Combination {
  name: string;
  terms: readonly { sign: 1 | -1; output: string }[];
  /** As text: "V_pce − V_pci". */
  text: string;
}

/** What to show: the combinations of the spec's `figure`, or each output by itself. Tells names that are no outputs. */
export function readCombinations(problems: Problems, figure: Record<string, unknown>, outputs: readonly string[]): Combination[] {
  const entries = Object.entries(figure);
  if (entries.length === 0) return outputs.map((output) => ({ name: output, terms: [{ sign: 1, output }], text: output }));
  return entries.map(([name, value]) => readCombination(problems, name, value, outputs));
}

function readCombination(problems: Problems, name: string, value: unknown, outputs: readonly string[]): Combination {
  const path = ["figure", name];
  const parts = typeof value === "string" ? value.match(/^\s*[+-]?[^+\-\s]+(\s*[+-]\s*[^+\-\s]+)*\s*$/) : null;
  if (typeof value !== "string" || parts === null) {
    problems.add("E_TYPE", path, `figure ${quoted(name)} must be outputs joined by + or -, but ${kindOf(value)} was found`);
    return { name, terms: [], text: "" };
  }
  const terms = [...value.matchAll(/([+-]?)\s*([^+\-\s]+)/g)].map(([, sign, output]) => {
    if (!outputs.includes(output)) {
      problems.unknown("E_UNKNOWN_OUTPUT", path, {
        what: `output ${quoted(output)} in figure ${quoted(name)}`,
        found: output,
        known: outputs,
      });
    }
    return { sign: sign === "-" ? (-1 as const) : (1 as const), output };
  });
  return { name, terms, text: value.trim().replaceAll("-", "−") };
}

/** A combination's trace at one point. */
export function combine(results: Table, key: string, { terms }: Combination): Float64Array {
  const traces = terms.map(({ sign, output }) => ({ sign, values: trace(results, key, output) }));
  const sum = new Float64Array(traces[0]?.values.length ?? 0);
  for (const { sign, values } of traces) for (let i = 0; i < sum.length; i++) sum[i] += sign * values[i];
  return sum;
}

/** Unit of a combination: that of its first output. */
export function unitOf(results: Table, { terms }: Combination): string {
  const field = results.schema.fields.find((candidate) => candidate.metadata.get("output") === terms[0]?.output);
  return field?.metadata.get("unit") ?? "";
}
