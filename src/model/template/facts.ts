import { sanitize } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { faultAt, type Place } from "./source.ts";
import type { CircuitFacts, CircuitTemplate, Counterpart, Coupling, CouplingEdge, Declaration, NodeTemplate, Range } from "./template.ts";

// Lines of a description that are read: `Units:` and `Ranges:` of an operator; `Time:`, `Paper:`, `Family:`, `Measured:`, `Coupling:` and
// `Elsewhere:` of a circuit.

/** What stands behind a word and a colon in a description; undefined where no line begins so, or where nothing follows. */
export function lineOf(description: string, word: string): string | undefined {
  const found = new RegExp(`^${word}:(.*)$`, "m").exec(description)?.[1].trim();
  return found === "" ? undefined : found;
}

/** First line of a description. */
export function headlineOf(description: string): string {
  return description.trim().split("\n")[0];
}

/** Lines of a description that are for readers alone: without units, ranges and the unit of time, which stand beside what they are of. */
export function readersLines(description: string): string[] {
  return description
    .trim()
    .split("\n")
    .filter((line) => !/^(?:Units|Time|Ranges):/.test(line));
}

/** Of `Units: name unit, name unit`. 1 stands for no unit. */
export function unitsOf(description: string): Map<string, string> {
  const pairs = (lineOf(description, "Units") ?? "").split(",").map((pair) => pair.trim().split(/\s+/));
  return new Map(pairs.filter((pair) => pair.length === 2).map(([name, unit]) => [name, unitName(unit)]));
}

/** A unit as it is written; 1 stands for none. */
export function unitName(written: string): string {
  return written === "1" ? "" : sanitize(written);
}

/** An operator as far as its ranges need it. */
interface Ranged {
  name: string;
  description: string;
  /** Where its description stands. */
  place: Place;
  variables: ReadonlyMap<string, Declaration>;
}

const NUMBER = "([-+]?(?:\\d+(?:\\.\\d+)?|\\.\\d+)(?:[eE][-+]?\\d+)?)";
const RANGE = new RegExp(`^(\\S+)\\s+${NUMBER}\\.\\.${NUMBER}$`);

/** Of `Ranges: name low..high, name low..high`, in the units of the parameters and inputs; those of what it is based on hold where its default is inside. */
export function rangesOf({ name, description, place, variables }: Ranged, inherited: ReadonlyMap<string, Range>): Map<string, Range> {
  const known = [...variables].filter(([, { kind, im }]) => (kind === "constant" || kind === "input") && im === undefined);
  const declared = new Map(known);
  const ranges = new Map([...inherited].filter(([variable, range]) => isInside(declared.get(variable), range)));
  for (const text of lineOf(description, "Ranges")?.split(",") ?? []) {
    const [, variable, low, high] = RANGE.exec(text.trim()) ?? [];
    const range: Range = [Number(low), Number(high)];
    if (variable === undefined || !(range[0] < range[1] && Number.isFinite(range[1] - range[0]))) {
      const message = `a range is "name low..high" with low below high, but "${sanitize(text.trim())}" was found in the ranges of ${sanitize(name)}`;
      faultAt(place, "E_DESCRIPTION", message);
    }
    const declaration = declared.get(variable);
    if (!declaration) {
      const suggestion = nearest(variable, declared.keys());
      const hint = suggestion === undefined ? `there are: ${[...declared.keys()].join(", ")}` : `did you mean ${suggestion}?`;
      const message = `${sanitize(name)} has a range of ${sanitize(variable)}, which is no parameter and no input of it; ${hint}`;
      faultAt(place, "E_DESCRIPTION", message, { suggestion });
    }
    if (!isInside(declaration, range)) {
      const message = `the default ${valuesOf(declaration).join(", ")} of ${sanitize(variable)} is outside of its range ${rangeText(range)} in ${sanitize(name)}`;
      faultAt(place, "E_DESCRIPTION", message);
    }
    ranges.set(variable, range);
  }
  return ranges;
}

/** A range as a description has it: 2.6..9.75. */
export function rangeText([low, high]: Range): string {
  return `${low}..${high}`;
}

function valuesOf({ re, array }: Declaration): readonly number[] {
  return array?.values ?? [re];
}

function isInside(declaration: Declaration | undefined, [low, high]: Range): boolean {
  return declaration !== undefined && valuesOf(declaration).every((value) => value >= low && value <= high);
}

/** A circuit without facts of its own, its description, where that stands, and what finds a template of edges by its name. */
interface Described {
  circuit: CircuitTemplate;
  place: Place;
  edgeTemplate: (name: string) => NodeTemplate;
}

/** What a circuit's description declares, and where it does not, that of what it is based on, if its nodes still have it. */
export function factsOf({ circuit, place, edgeTemplate }: Described, inherited: CircuitFacts | undefined): CircuitFacts {
  const { description, name } = circuit;
  const line = (word: string) => lineOf(description, word);
  const coupling = line("Coupling");
  const elsewhere = line("Elsewhere");
  const measured = line("Measured");
  const variables = coupling === undefined && elsewhere === undefined && !inherited ? new Map<string, Declaration>() : placed(circuit);
  const context = { name: sanitize(name), place, variables };
  const stillThere = ({ source, target }: Coupling) => variables.has(source) && variables.has(target);
  const before = inherited?.elsewhere.filter(({ names }) =>
    [...names.values()].every((text) => unknownIn(text, context, circuit) === undefined),
  );
  return {
    paper: line("Paper") ?? inherited?.paper,
    family: line("Family") ?? inherited?.family,
    measured: measured === undefined ? inherited?.measured : measuredOf(measured, context),
    couplings: coupling === undefined ? (inherited?.couplings.filter(stillThere) ?? []) : [couplingOf(coupling, context, edgeTemplate)],
    elsewhere: elsewhere === undefined ? (before ?? []) : counterparts(elsewhere, context, circuit),
  };
}

interface Context {
  name: string;
  place: Place;
  /** Of each node, by full path. */
  variables: ReadonlyMap<string, Declaration>;
}

/** Variables of all nodes by full path. */
function placed(circuit: CircuitTemplate, prefix = ""): Map<string, Declaration> {
  const found = new Map<string, Declaration>();
  for (const [node, { operators }] of circuit.nodes) {
    for (const { operator } of operators)
      for (const [name, declaration] of operator.variables) found.set(`${prefix}${node}/${operator.name}/${name}`, declaration);
  }
  for (const [path, inner] of circuit.circuits)
    for (const [name, declaration] of placed(inner, `${prefix}${path}/`)) found.set(name, declaration);
  return found;
}

/** Of `V = node/operator/variable - ...`; the expression is checked where it is read as an output. */
function measuredOf(text: string, { name, place }: Context): CircuitFacts["measured"] {
  const [, output, expression] = /^([A-Za-z_]\w*)\s*=\s*(\S.*)$/.exec(text) ?? [];
  if (output !== undefined) return { name: output, expression };
  const message = `what ${name} stands for is measured as "name = output", such as "Measured: V = node/operator/v", but "${sanitize(text)}" was found`;
  return faultAt(place, "E_DESCRIPTION", message);
}

/**
 * Of `node/operator/variable -> node/operator/input`, with "(differences)" behind where a node gets those to its own variable, or
 * "(by edge_template: source, own)" where each edge has operators, with their inputs for the source and for the node's own variable.
 */
function couplingOf(text: string, { name, place, variables }: Context, edgeTemplate: Described["edgeTemplate"]): Coupling {
  const [, source, target, form, by] = /^(\S+)\s*->\s*(\S+?)(?:\s*\((differences|by\s+([^()]+))\))?$/.exec(text) ?? [];
  if (source === undefined) {
    const message = `the coupling of ${name} is "node/operator/variable -> node/operator/input", which may be followed by "(differences)" or "(by edge_template: source, own)", but "${sanitize(text)}" was found`;
    return faultAt(place, "E_DESCRIPTION", message);
  }
  for (const path of [source, target]) {
    const declaration = variables.get(path);
    if (declaration && (path === source || declaration.kind === "input")) continue;
    const known = [...variables].filter(([, { kind }]) => path === source || kind === "input").map(([each]) => each);
    const suggestion = nearest(path, known);
    const hint = suggestion === undefined ? "" : `; did you mean ${suggestion}?`;
    const what = path === source ? "variable" : "input";
    faultAt(place, "E_DESCRIPTION", `the coupling of ${name} names ${sanitize(path)}, which is no ${what} of it${hint}`, { suggestion });
  }
  const ends = { source, target, differences: form === "differences" };
  if (by === undefined) return ends;
  const edge = couplingEdgeOf(by, { name, place, variables }, edgeTemplate);
  const nodeOf = (path: string) => path.split("/").slice(0, -2).join("/");
  if (edge.own === undefined || nodeOf(source) === nodeOf(target)) return { ...ends, edge };
  const message = `the coupling of ${name} takes a node's own ${sanitize(source)} into account, which must be of the node of ${sanitize(target)}`;
  return faultAt(place, "E_DESCRIPTION", message);
}

/** Of `edge_template: source, own`, inputs of its operators; the second may be left out. */
function couplingEdgeOf(text: string, { name, place }: Context, edgeTemplate: Described["edgeTemplate"]): CouplingEdge {
  const [, reference, list] = /^(\S+?)\s*:\s*(.*\S)\s*$/.exec(text) ?? [];
  const inputs = (list ?? "").split(",").map((each) => each.trim());
  if (reference === undefined || inputs.length > 2 || inputs.includes("")) {
    const message = `the edges of a coupling are "by edge_template: source", or "by edge_template: source, own", with inputs of the template's operators, but "by ${sanitize(text)}" was found in ${name}`;
    return faultAt(place, "E_DESCRIPTION", message);
  }
  const template = edgeTemplate(reference);
  const known = template.operators.flatMap(({ operator }) =>
    [...operator.variables].flatMap(([variable, { kind }]) => (kind === "input" ? [`${operator.name}/${variable}`] : [])),
  );
  const [source, own] = inputs.map((input) => {
    const found = known.find((each) => each === input || each.endsWith(`/${input}`));
    if (found !== undefined) return `${template.name}/${found}`;
    const names = known.map((each) => each.split("/")[1]);
    const suggestion = nearest(input, names);
    const hint = suggestion === undefined ? "" : `; did you mean ${suggestion}?`;
    const message = `the coupling of ${name} names ${sanitize(input)}, which is no input of ${sanitize(template.name)}${hint}`;
    return faultAt(place, "E_DESCRIPTION", message, { suggestion });
  });
  return { template, source, own };
}

/** Of `TVB JansenRit: A = h_e, B = h_i; vbi JR_sde: A = h_e`. */
function counterparts(text: string, context: Context, circuit: CircuitTemplate): Counterpart[] {
  const { name, place } = context;
  return text.split(";").map((part) => {
    const [, tool, model, pairs] = /^\s*(\S+)\s+([^:]+?)\s*:\s*(.*)$/.exec(part) ?? [];
    const names = (pairs ?? "").split(",").map((pair) => /^\s*(\S+)\s*=\s*(\S.*?)\s*$/.exec(pair));
    const found = names.flatMap((each) => (each ? [[each[1], each[2]] as const] : []));
    if (tool === undefined || found.length < names.length) {
      const message = `what ${name} is elsewhere is "tool model: their name = our name, ...", but "${sanitize(part.trim())}" was found`;
      return faultAt(place, "E_DESCRIPTION", message);
    }
    for (const [theirs, ours] of found) {
      const unknown = unknownIn(ours, context, circuit);
      if (unknown === undefined) continue;
      const known = [...new Set([...context.variables.keys()].map((path) => path.split("/").at(-1) ?? ""))];
      const suggestion = nearest(unknown, [...known, ...context.variables.keys()]);
      const hint = suggestion === undefined ? "" : `; did you mean ${suggestion}?`;
      const message = `${sanitize(tool)}'s ${sanitize(theirs)} is said to be ${sanitize(ours)}, but ${name} has no ${sanitize(unknown)}${hint}`;
      faultAt(place, "E_DESCRIPTION", message, { suggestion });
    }
    return { tool, model, names: new Map(found) };
  });
}

/** What a counterpart's text names that its circuit lacks: variables by their ends of paths, and functions of them; or the weight of an edge, `a -> b`, or less it, `-a -> b`. */
function unknownIn(text: string, { variables }: Pick<Context, "variables">, { edges }: CircuitTemplate): string | undefined {
  const [source, target] = text.replace(/^-\s*/, "").split(/\s*->\s*/);
  if (target !== undefined) return edges.some((edge) => edge.source === source && edge.target === target) ? undefined : text;
  const names = [...text.matchAll(/(?<![\w.])[A-Za-z_]\w*(?:\/[A-Za-z_]\w*)*(?![\w/]|\s*\()/g)].map(([name]) => name);
  const ofEdges = edges.flatMap(({ template }) => template?.operators.flatMap(({ operator }) => [...operator.variables.keys()]) ?? []);
  const has = (name: string) => ofEdges.includes(name) || [...variables.keys()].some((path) => path === name || path.endsWith(`/${name}`));
  return names.find((name) => name !== "pi" && !has(name)) ?? (names.length === 0 ? text : undefined);
}

/** A path as an expression of outputs writes it. */
const PATH = /[A-Za-z0-9_][\w.-]*(?:\/[A-Za-z0-9_][\w.-]*)+/g;

/**
 * What a network of copies of a circuit declares: the same of each, whose paths `places` gives. `everywhere` gives the path of a variable
 * of all copies.
 */
export function factsOfCopies(
  facts: CircuitFacts | undefined,
  places: readonly ((path: string) => string)[],
  everywhere: (path: string) => string,
): CircuitFacts | undefined {
  if (!facts) return undefined;
  const couplings = places.flatMap((at) =>
    facts.couplings.map((coupling) => ({ ...coupling, source: at(coupling.source), target: at(coupling.target) })),
  );
  const { measured } = facts;
  const expression = measured?.expression.replaceAll(PATH, everywhere) ?? "";
  return { ...facts, couplings, measured: measured && { name: measured.name, expression } };
}
