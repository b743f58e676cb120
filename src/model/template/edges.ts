import { sanitize } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import type { EdgeDelay, EdgeDelays, Quantity } from "../equation/equations.ts";
import { type DelayForm, delayForm, edgeId, MOST_STAGES } from "./delay.ts";
import { GivenDelays } from "./given-delays.ts";
import { edgesOfPlain } from "./matrix.ts";
import {
  type Feed,
  type FeedRow,
  type Network,
  type NetworkVariable,
  named,
  numeral,
  type PlacedEdge,
  type PlacedMatrix,
} from "./network.ts";
import { limits } from "./size.ts";
import { faultAt, type Place } from "./source.ts";
import type { NodeTemplate } from "./template.ts";
import { Together } from "./together.ts";

/** What edges add to a model beside what they feed. */
export interface EdgeParts {
  weights: Quantity[];
  /** Delays that the grid varies: parameters. */
  delays: Quantity[];
  /** Mean and spread of every edge's delay that is not zero. */
  given: EdgeDelays;
  /** Stages of delays with a spread, those of a chain one after the other. */
  stages: PlacedStage[];
  /** Parameters of edge operators: path → which edge's they are. */
  owners: Map<string, NonNullable<Quantity["edge"]>>;
}

/** A stage of a delay, and what is before it. */
export interface PlacedStage {
  path: string;
  before: string;
  /** Its rate, or what the parameter `delay` divides to give the rate. */
  rate: number;
  delay?: string;
}

/** Forms of the delays that the grid varies, by the edge's name; all others have the form that their template gives them. */
export type VariedDelays = ReadonlyMap<string, DelayForm>;

/** Wires all edges of a network: each adds weight times its source, perhaps through operators and a delay, to its target. */
export function wireEdges(network: Network, varied: VariedDelays): EdgeParts {
  const wiring = new Wiring(network, varied);
  const faults = new Together();
  for (const item of network.edgeItems) {
    faults.attempt(() => {
      if ("edge" in item) wiring.add(item);
      else if (varied.size === 0) wiring.addMatrix(item);
      else for (const edge of edgesOfPlain(item.matrix)) wiring.add({ prefix: item.prefix, edge });
    });
  }
  faults.throwIfAny();
  return wiring.parts;
}

class Wiring {
  readonly #given = new GivenDelays();
  readonly parts: EdgeParts = { weights: [], delays: [], given: this.#given, stages: [], owners: new Map() };
  readonly #network: Network;
  readonly #varied: VariedDelays;
  /** Edges so far between two variables, uses so far of an edge template, and chains so far. */
  readonly #edges = new Map<string, Map<string, number>>();
  /** Sources of the only edges so far to a target, where they are a row of a matrix, each once: not counted until there are more. */
  readonly #rows = new Map<string, readonly string[]>();
  readonly #uses = new Map<string, number>();
  readonly #chains = new Map<string, string>();
  /** Chains so far from a source. */
  readonly #lines = new Map<string, number>();

  constructor(network: Network, varied: VariedDelays) {
    this.#network = network;
    this.#varied = varied;
  }

  add({ prefix, edge }: PlacedEdge): void {
    const { place, ends, template, values } = edge;
    const before = ends && prefix.length;
    const source = this.#variable(prefix + edge.source, "E_EDGE_SOURCE", ends?.source ?? place, before);
    const target = this.#target(prefix + edge.target, ends?.target ?? place, before);
    const index = this.#count(source.path, target.path);
    const owner = { source: source.path, target: target.path, index };
    const sent = template ? this.#through(template, { prefix, edge }, owner, source) : source.path;
    const received = this.#delayed(sent, edge, owner);
    const weight = weightOf(owner, values.get("weight")?.re ?? 1);
    this.parts.weights.push(weight);
    this.#network.feed(target.path, { ...received, weight });
  }

  /** Wires a matrix: one feed for each of its rows. */
  addMatrix({ prefix, matrix }: PlacedMatrix): void {
    const { sources, targets, weights, delays, spreads, place } = matrix;
    const from = sources.map((path) => this.#variable(prefix + path, "E_EDGE_SOURCE", place).path);
    const areUnique = new Set(from).size === from.length;
    const edges = this.parts.weights;
    const firstEdge = edges.length;
    // One text for each source and each target: thousands of names are put together of them.
    const starts = from.map((source) => `weight 0 of ${source}`);
    targets.forEach((path, i) => {
      const first = i * from.length;
      const end = first + from.length;
      if (weights.subarray(first, end).every((weight) => weight === 0)) return;
      const target = this.#target(prefix + path, place).path;
      const isFirst = areUnique && !this.#edges.has(target) && !this.#rows.has(target);
      const counted: string[] = [];
      const row: FeedRow = { sources: spreads ? [] : counted, weights: [], delays: delays && [] };
      const suffix = ` to ${target}`;
      for (let at = first; at < end; at++) {
        const re = weights[at];
        if (re === 0) continue;
        const source = from[at - first];
        counted.push(source);
        const index = isFirst ? 0 : this.#count(source, target);
        const weight =
          index > 0
            ? weightOf({ source, target, index }, re)
            : { path: starts[at - first] + suffix, unit: "", re, edge: { source, target, index, attribute: "weight" } };
        row.weights.push(weight);
        edges.push(weight);
        if (spreads) this.#feedLate(row, source, { delay: delays?.[at] ?? 0, spread: spreads[at], place });
        else if (delays) row.delays?.push(delays[at]);
      }
      if (isFirst) this.#rows.set(target, counted);
      this.#network.feed(target, row);
    });
    this.#given.addMatrix(matrix, edges, firstEdge);
  }

  /** Adds to a row what an edge with a delay and a spread sends. */
  #feedLate(row: FeedRow, source: string, use: ChainUse): void {
    const form = delayForm(use.delay, use.spread);
    row.sources.push(form.kind === "chain" ? this.#chain(source, form.stages, use) : source);
    row.delays?.push(form.kind === "steps" ? use.delay : 0);
  }

  /** How many edges there are so far between two variables; counts one more. */
  #count(source: string, target: string): number {
    const ofTarget = this.#edges.get(target) ?? new Map<string, number>(this.#rows.get(target)?.map((each) => [each, 1]));
    const index = ofTarget.get(source) ?? 0;
    ofTarget.set(source, index + 1);
    this.#edges.set(target, ofTarget);
    return index;
  }

  /** A variable. Where the text at the place is the path but for what stands `before` it, the name in it that is wrong is pointed at. */
  #variable(path: string, code: string, place: Place, before?: number): NetworkVariable {
    const found = this.#network.variables.get(path);
    if (found) return found;
    const known = [...this.#network.variables.keys()];
    const suggestion = nearest(path, known);
    const hint = suggestion === undefined ? "paths are node/operator/variable" : `did you mean ${sanitize(suggestion)}?`;
    const at = before === undefined ? place : nameAt(place, wrongFrom(path, known) - before);
    return faultAt(at, code, `unknown variable ${sanitize(path)} of an edge; ${hint}`, { suggestion });
  }

  #target(path: string, place: Place, before?: number): NetworkVariable {
    const target = this.#variable(path, "E_EDGE_TARGET", place, before);
    if (target.kind === "input") return target;
    const message = `${sanitize(target.path)} is no input, so no edge can lead to it; declare it input in its operator`;
    return faultAt(before === undefined ? place : nameAt(place, path.lastIndexOf("/") + 1 - before), "E_EDGE_TARGET", message);
  }

  /** The operators of an edge: returns the path of what comes out of them. */
  #through(template: NodeTemplate, { prefix, edge }: PlacedEdge, owner: Owner, source: NetworkVariable): string {
    if (template.operators.length === 0) return source.path;
    const use = this.#uses.get(prefix + template.name) ?? 0;
    this.#uses.set(prefix + template.name, use + 1);
    const node = `${prefix}${template.name}${use === 0 ? "" : `_num${use}`}`;
    const variables = this.#network.addNode(node, template);
    for (const { path, name, operator } of variables) {
      const attribute = `${operator.slice(node.length + 1)}/${name}`;
      this.parts.owners.set(path, { ...owner, attribute });
      const value = edge.values.get(attribute);
      const variable = this.#network.variables.get(path);
      if (value && variable) this.#network.variables.set(path, { ...variable, re: value.re });
    }
    this.#feedOperators(node, variables, { prefix, edge }, source);
    return this.#output(template, variables, edge.place);
  }

  #feedOperators(node: string, variables: readonly NetworkVariable[], { prefix, edge }: PlacedEdge, source: NetworkVariable): void {
    const open = variables.filter(({ kind, path }) => kind === "input" && !this.#network.feeds.has(path));
    if (edge.sources.size === 0 && open.length === 1) this.#network.feed(open[0].path, { source: source.path });
    else if (edge.sources.size === 0) {
      const names = open.map(({ path }) => path.slice(node.length + 1)).join(", ") || "none";
      const message = `the edge's operators have the open inputs ${names}; say what feeds each: "${edge.template?.name}/operator/variable": source`;
      faultAt(edge.place, "E_EDGE_INPUTS", message);
    }
    for (const [name, { path, place }] of edge.sources) {
      const from = path === "source" ? source : this.#variable(prefix + path, "E_EDGE_SOURCE", place);
      this.#network.feed(openInput(name, { node, template: edge.template?.name ?? "", open }, place), { source: from.path });
    }
  }

  /** The one output of an edge's operators that no other of them takes. */
  #output(template: NodeTemplate, variables: readonly NetworkVariable[], place: Place): string {
    const taken = new Set(variables.filter(({ kind }) => kind === "input").map(({ name }) => name));
    const outputs = variables.filter(({ kind, name }) => kind === "output" && !taken.has(name));
    if (outputs.length === 1) return outputs[0].path;
    const names = outputs.map(({ path }) => path).join(", ") || "none";
    return faultAt(place, "E_EDGE_OUTPUT", `the edge ${sanitize(template.name)} needs one output, but these were found: ${names}`);
  }

  /** What an edge's delay makes of what it sends. */
  #delayed(sent: string, { values, place }: PlacedEdge["edge"], owner: Owner): Feed {
    const given = { delay: values.get("delay")?.re ?? 0, spread: values.get("spread")?.re ?? 0 };
    if (given.delay + given.spread === 0 && this.#varied.size === 0) return { source: sent };
    const id = edgeId(owner);
    if (given.delay > 0 || given.spread > 0) this.#given.add(id, given);
    const varied = this.#varied.get(id);
    const form = varied ?? delayForm(given.delay, given.spread);
    if (form.kind === "none") return { source: sent };
    const path = `delay ${id}`;
    if (varied) this.parts.delays.push({ path, unit: "", re: given.delay, edge: { ...owner, attribute: "delay" } });
    if (form.kind === "steps") return { source: sent, delay: varied ? named(path) : numeral(given.delay) };
    return { source: this.#chain(sent, form.stages, { ...given, place, ...(varied ? { parameter: path } : {}) }) };
  }

  /**
   * A gamma-distributed delay: a chain of linear stages of rate n/delay. Edges with the same source, length and delay share it.
   * Returns the path of the last stage.
   */
  #chain(source: string, stages: number, { delay, spread, place, parameter }: ChainUse): string {
    const key = `${source} ${stages} ${parameter ?? delay}`;
    const known = this.#chains.get(key);
    if (known !== undefined) return known;
    if (stages > MOST_STAGES) {
      const message = `delay ${delay} over spread ${spread} needs a chain of ${stages} stages; at most ${MOST_STAGES} are possible`;
      faultAt(place, "E_DELAY", message);
    }
    if (this.parts.stages.length + stages > limits.parts) {
      const message = `the delays of the edges need chains of more than ${limits.parts} stages together; use larger spreads or shorter delays`;
      faultAt(place, "E_EXPANSION_LIMIT", message);
    }
    const line = this.#lines.get(source) ?? 0;
    this.#lines.set(source, line + 1);
    let before = source;
    for (let stage = 1; stage <= stages; stage++) {
      const path = `${source}_d${line}_${stage}`;
      if (parameter === undefined) this.parts.stages.push({ path, before, rate: stages / delay });
      else this.parts.stages.push({ path, before, rate: stages, delay: parameter });
      before = path;
    }
    this.#chains.set(key, before);
    return before;
  }
}

/** The delay of a chain, and the parameter that it is where the grid varies it. */
interface ChainUse extends EdgeDelay {
  place: Place;
  parameter?: string;
}

/** Which edge: full paths of its ends, and its number among those between the two. */
type Owner = Omit<NonNullable<Quantity["edge"]>, "attribute">;

/** The weight of an edge, a parameter. */
function weightOf({ source, target, index }: Owner, re: number): Quantity {
  return { path: `weight ${index} of ${source} to ${target}`, unit: "", re, edge: { source, target, index, attribute: "weight" } };
}

function nameAt({ file, offset }: Place, from: number): Place {
  return { file, offset: offset + Math.max(0, from) };
}

/** Where the first name of a path begins that no known path has behind the same names. */
function wrongFrom(path: string, known: readonly string[]): number {
  let from = 0;
  for (let end = path.indexOf("/"); end > 0; end = path.indexOf("/", end + 1)) {
    const names = path.slice(0, end + 1);
    if (!known.some((each) => each.startsWith(names))) break;
    from = end + 1;
  }
  return from;
}

interface OpenInputs {
  node: string;
  template: string;
  open: readonly NetworkVariable[];
}

/** Path of the input of an edge that `template/operator/variable` names. */
function openInput(name: string, { node, template, open }: OpenInputs, place: Place): string {
  const input = open.find(({ path }) => `${template}${path.slice(node.length)}` === name);
  if (input) return input.path;
  const known = open.map(({ path }) => `${template}${path.slice(node.length)}`);
  const message = `the edge has no open input ${sanitize(name)}; there are: ${known.join(", ") || "none"}`;
  return faultAt(place, "E_EDGE_INPUTS", message, { suggestion: nearest(name, known) });
}
