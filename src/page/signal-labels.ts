// What signals are called in figures.
import type { Shown, State } from "./state.ts";

const PATHS = /(?:[A-Za-z_]\w*\/)+[A-Za-z_][\w.]*/g;

/** What of a path may stand for it, the shortest first: its name, that with its node, that with its operator, or all. */
const ways: readonly ((parts: readonly string[]) => string)[] = [
  (parts) => parts.slice(-1).join("/"),
  (parts) => [parts[0], parts[parts.length - 1]].join("/"),
  (parts) => parts.slice(-2).join("/"),
  (parts) => parts.join("/"),
];

/** A signal as its label: the shortest names that tell the variables of some signals apart that are shown together. */
export function signalLabel(signal: string, together: readonly string[] = [signal]): string {
  const paths = [...new Set(together.flatMap((each) => each.match(PATHS) ?? []))].map((path) => path.split("/"));
  const way = ways.find((own) => new Set(paths.map(own)).size === paths.length) ?? ways[0];
  return signal
    .replaceAll(PATHS, (path) => way(path.split("/")))
    .replaceAll(" - ", " − ")
    .replace(/^-/, "−");
}

/** The labels of a phase plane: of the signal, and of what is beside it. */
export function planeLabels({ signal, plane }: State): [string, string] {
  return [signalLabel(signal, [signal, plane]), signalLabel(plane, [signal, plane])];
}

/** What figures side by side show: "std of V_e − V_i". */
export function shownLabels(all: readonly Shown[]): string[] {
  const signals = all.map(({ signal }) => signal);
  return all.map(({ signal, feature }) => `${feature} of ${signalLabel(signal, signals)}`);
}
