// What the site takes of the explorer's code, as the build has made it: equations as mathematics, and links that hold a state.
import { parseHTML } from "linkedom";

const { document } = parseHTML("<html><body></body></html>");
const { equations } = await import("../build/lib/page/math.js");
const { linkOf } = await import("../build/lib/page/link.js");
const { defaultState } = await import("../build/lib/page/state.js");

/** A model's equations as MathML, without what its description says beside them. */
export function mathOf(description) {
  // The explorer's code writes into the page's document; VitePress takes one that is left for a browser's.
  Object.assign(globalThis, { document });
  const made = equations({ ...description, description: "" }).outerHTML;
  delete globalThis.document;
  // An empty line would end the block of HTML in a page of markdown.
  return made.replaceAll(/\n\s*/g, " ");
}

/** The part of the explorer's address that opens a spec's sweep there, as far as the explorer has what it asks for. */
export async function explorerLink(spec, description) {
  const model = { path: spec.circuitTemplate };
  const base = defaultState(model, description);
  const keys = Object.entries(spec.paramGrid).map(([key, given]) => ({ key, given, paths: pathsOf(spec.paramMap[key]) }));
  const axes = keys
    .filter(({ given, paths }) => isSwept(given) && paths.length === 1)
    .slice(0, 2)
    .map(axisOf);
  const values = keys
    .filter(({ key }) => !axes.some((axis) => axis.key === key))
    .flatMap(({ given, paths }) => paths.map((path) => [path, firstOf(given)]));
  const [[output, signal]] = Object.entries(spec.outputs);
  const known = new Set(description.variables.filter(({ mapping }) => mapping && !("edges" in mapping)).map(({ path }) => path));
  const { simulationTime, stepSize, samplingStepSize = stepSize, cutoff = 0 } = spec;
  const [feature = base.feature] = spec.features?.[output] ?? [];
  const state = {
    ...base,
    axes: axes.filter(({ path }) => known.has(path)),
    values: Object.fromEntries(values.filter(([path]) => known.has(path))),
    noise: Object.fromEntries(Object.entries(spec.inputs ?? {}).flatMap(noiseOf)),
    // Links have no white noise yet that older explorers read.
    solver: spec.solver === "stochastic-heun" ? "heun" : spec.solver,
    ...{ simulationTime, stepSize, samplingStepSize, cutoff, signal, feature },
    pins: [],
  };
  return await linkOf({ ...state, pins: pinsOf(state.axes) });
}

function pathsOf({ vars = [], nodes = [] }) {
  return nodes.flatMap((node) => vars.map((variable) => `${node}/${variable}`));
}

function isSwept(given) {
  return !Array.isArray(given) || new Set(given).size > 1;
}

function firstOf(given) {
  return Array.isArray(given) ? given[0] : given.linspace[0];
}

function axisOf({ key, given, paths: [path] }) {
  if (Array.isArray(given)) {
    return { path, key, scale: "list", from: Math.min(...given), to: Math.max(...given), count: given.length, values: given };
  }
  const [from, to, count] = given.linspace;
  return { path, key, scale: "linear", from, to, count, values: [] };
}

function pinsOf([axis, second]) {
  return axis?.scale === "list" && second === undefined ? axis.values.map((value) => [value]) : [];
}

function noiseOf([path, { uniformNoise }]) {
  return uniformNoise ? [[path, { kind: "uniform", a: uniformNoise.low, b: uniformNoise.high, seed: uniformNoise.seed }]] : [];
}
