import { kindOf, ownEntry, type Problems } from "../check.ts";
import { sanitize } from "../errors.ts";

/** A signal to show: a name, and outputs added or subtracted. */
export interface Combination {
  name: string;
  terms: readonly Term[];
  /** As text: "V_pce − V_pci". */
  text: string;
}

interface Term {
  sign: 1 | -1;
  output: string;
}

/** What to show: the combinations of the spec's `figure`, or each output by itself. Tells names that are no outputs. */
export function readCombinations(problems: Problems, figure: Record<string, unknown>, outputs: readonly string[]): Combination[] {
  const entries = Object.entries(figure);
  if (entries.length === 0) return outputs.map(single);
  return entries.map(([name, value]) => readCombination(problems, { name, value, path: ["figure", name], of: "figure" }, outputs));
}

/** Combinations of outputs as their columns are called. One without a name of its own has its column's. */
export function renamedTerms(combinations: readonly Combination[], rename: Readonly<Record<string, string>>): Combination[] {
  const to = (name: string) => ownEntry(rename, name) ?? name;
  return combinations.map(({ name, terms, text }) => {
    const isSingle = terms.length === 1 && text === name;
    const outputs = terms.map(({ sign, output }) => ({ sign, output: to(output) }));
    return isSingle ? single(to(name)) : { name, terms: outputs, text };
  });
}

/** An output by itself. */
export function single(output: string): Combination {
  return { name: output, terms: [{ sign: 1, output }], text: output };
}

/** A combination as it was written, and where. */
export interface WrittenCombination {
  name: string;
  value: unknown;
  path: string[];
  /** What it is: "figure". */
  of: string;
}

/** Outputs joined by + or -. Tells names that are no outputs. */
export function readCombination(problems: Problems, written: WrittenCombination, outputs: readonly string[]): Combination {
  const { name, value, path, of } = written;
  const parts = typeof value === "string" ? value.match(/^\s*[+-]?[^+\-\s]+(\s*[+-]\s*[^+\-\s]+)*\s*$/) : null;
  if (typeof value !== "string" || parts === null) {
    problems.add("E_TYPE", path, `${of} ${sanitize(name)} must be outputs joined by + or -, but ${kindOf(value)} was found`);
    return { name, terms: [], text: "" };
  }
  const terms = [...value.matchAll(/([+-]?)\s*([^+\-\s]+)/g)].map(([, sign, output]) => {
    if (!outputs.includes(output)) {
      const what = `output ${sanitize(output)} in ${of} ${sanitize(name)}`;
      problems.unknown("E_UNKNOWN_OUTPUT", path, { what, found: output, known: outputs });
    }
    return { sign: sign === "-" ? (-1 as const) : (1 as const), output };
  });
  return { name, terms, text: value.trim().replaceAll("-", "−") };
}

/**
 * Combinations of what there are traces of: where an output's path matched several nodes, or is complex, `V` stands for
 * `V/node`, or `V.re`, of each.
 */
export function expanded(combinations: readonly Combination[], traced: readonly string[]): Combination[] {
  return combinations.flatMap((combination) => {
    const { name, terms, text } = combination;
    const several = terms.filter(({ output }) => !traced.includes(output)).map(({ output }) => suffixesOf(output, traced));
    if (several.length === 0) return [combination];
    const common = several[0].filter((suffix) => several.every((suffixes) => suffixes.includes(suffix)));
    return common.map((suffix) => ({
      name: `${name}${suffix}`,
      terms: terms.map(({ sign, output }) => ({ sign, output: traced.includes(output) ? output : `${output}${suffix}` })),
      text: name === text ? `${name}${suffix}` : `${text} (${suffix.slice(1)})`,
    }));
  });
}

function suffixesOf(output: string, traced: readonly string[]): string[] {
  const longer = traced.filter((name) => name.startsWith(output)).map((name) => name.slice(output.length));
  return longer.filter((suffix) => /^(?:\/|\.(?:re|im)(?:\/|$))/.test(suffix));
}

/** A combination's trace: `traceOf` gives those of its outputs. */
export function combine({ terms }: Combination, traceOf: (output: string) => Float64Array): Float64Array {
  const traces = terms.map(({ sign, output }) => ({ sign, values: traceOf(output) }));
  const sum = new Float64Array(traces[0]?.values.length ?? 0);
  for (const { sign, values } of traces) for (let i = 0; i < sum.length; i++) sum[i] += sign * values[i];
  return sum;
}

/** Unit of a combination: that of its first output. */
export function unitOf({ terms }: Combination, outputs: readonly { name: string; unit: string }[]): string {
  return outputs.find(({ name }) => name === terms[0]?.output)?.unit ?? "";
}
