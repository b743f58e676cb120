import { isRecord, kindOf, type Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { Kept } from "../kept.ts";
import { type WrittenModel, writtenModels } from "./bundled/index.ts";
import { readCircuitOfPath } from "./bundled/read.ts";
import { stepSourceOfLowered } from "./compile/compile.ts";
import { complexity, dependence } from "./compile/dependence.ts";
import type { FieldModule, FieldRequest } from "./compile/field.ts";
import { switches } from "./compile/jumps.ts";
import { setStepSource } from "./compile/step-source.ts";
import type { EdgeDelays } from "./equation/equations.ts";
import type { Expression } from "./equation/tree.ts";
import { FlatCircuit, type Variant } from "./flat-circuit.ts";
import { type Model, type ModelLayout, modelFault } from "./model.ts";
import { contentOf } from "./template/content.ts";
import type { VariedDelays } from "./template/edges.ts";
import { OpenedFiles, openingOnce } from "./template/opened.ts";
import type { OpenFile } from "./template/read.ts";
import { type CircuitTemplate, edgeTemplatesOf, isCircuit } from "./template/template.ts";

const OPTION = "circuitTemplate";

/** What is known of a model before anything is compiled, and how its variants are compiled. */
export interface ModelSource {
  layout: ModelLayout;
  /** Paths of the circuit's nodes, in its order; none of a model that was given as a module, whose variables are in its own order. */
  nodes: readonly string[];
  /** Delay and spread of each edge that has one of them. */
  edgeDelays: EdgeDelays;
  /** Whether nodes share their equations, so that one point alone is computed faster by a module of its own. */
  isLooped: boolean;
  /** Whether outputs may be expressions: a model that was given as a module has no equations to add them to. */
  hasEquations: boolean;
  /** Whether an expression of its variables is complex. */
  isComplex: (expression: Expression) => boolean;
  /** Paths of the states, parameters and inputs that an expression depends on at present. */
  dependsOn: (expression: Expression) => ReadonlySet<string>;
  /** Compiles a variant, when it is first asked for. */
  variant: (variant: Variant) => Model;
  /** Compiles it as a vector field with exact derivatives, when it is first asked for; undefined for a model that was given as a module. */
  field: ((request: FieldRequest) => FieldModule) | undefined;
  /** The same model with delays of edges that are parameters, which it has behind all others; undefined for a model that was given as a module. */
  withDelays: ((varied: VariedDelays) => ModelSource) | undefined;
}

/** The model of a template path (dots or slashes), of a template, or the model itself, checked. `openFile` reads files that are not bundled. */
export function resolveTemplate(problems: Problems, template: unknown, openFile: OpenFile): ModelSource | undefined {
  if (typeof template === "string") return attempt(problems, () => sourceOfPath(template, openFile));
  if (isCircuit(template)) return attempt(problems, () => sourceOf(template));
  if (!isModel(template)) {
    const message =
      "circuitTemplate must be a template path, a CircuitTemplate, or a model with name, states, params, inputs, outputs and module";
    problems.add("E_TYPE", [OPTION], `${message}, but ${kindOf(template)} was found`);
    return undefined;
  }
  const fault = modelFault(template);
  if (fault !== undefined) {
    problems.add("E_MODEL", [OPTION, "module"], `${sanitize(template.name)} is not a model: ${fault}`);
    return undefined;
  }
  const unknown = { isComplex: () => false, dependsOn: () => new Set<string>() };
  return {
    layout: template,
    nodes: [],
    edgeDelays: new Map(),
    isLooped: false,
    hasEquations: false,
    ...unknown,
    variant: () => template,
    field: undefined,
    withDelays: undefined,
  };
}

/** What was found of circuits and compiled of them, by their content: whoever gives the same circuit again finds it. */
const keptCircuits = new Kept<Variants>({ values: 32, letters: 4e6 });

/** Checks a circuit without compiling it. */
export function sourceOf(circuit: CircuitTemplate): ModelSource {
  const flat = new FlatCircuit(() => circuit);
  const content = contentOf(circuit);
  const known = content === undefined ? undefined : keptCircuits.get(content);
  const variants = known ?? Variants.of(flat);
  if (content !== undefined && !known) keptCircuits.set(content, variants);
  return sourceFrom(variants, flat);
}

/** A model by what is kept of its circuit, and the circuit itself for what is not: it may be changed once the call is over. */
function sourceFrom(variants: Variants, flat: FlatCircuit): ModelSource {
  let isComplex: ModelSource["isComplex"] | undefined;
  let dependsOn: ModelSource["dependsOn"] | undefined;
  return {
    ...variants.facts,
    hasEquations: true,
    isComplex: (expression) => {
      isComplex ??= complexity(flat.equations);
      return isComplex(expression);
    },
    dependsOn: (expression) => {
      dependsOn ??= dependence(flat.equations);
      return dependsOn(expression);
    },
    variant: (variant) => variants.get(variant, flat),
    field: (request) => variants.field(request, flat),
    withDelays: (varied) => {
      const other = flat.withDelays(varied);
      return sourceFrom(Variants.of(other), other);
    },
  };
}

/** Variants that a model keeps: a page whose reader tries outputs asks for ever new ones. */
const MOST_VARIANTS = 16;

/** What the operators of a circuit declare and no equation uses, `operator/variable`. */
function unusedIn(circuit: CircuitTemplate): Set<string> {
  const operators = new Set(
    [...circuit.nodes.values(), ...edgeTemplatesOf(circuit)].flatMap((node) => node.operators.map(({ operator }) => operator)),
  );
  const own = [...operators].flatMap(({ name, declared, variables }) =>
    [...declared.keys()].filter((each) => !variables.has(each)).map((each) => `${name}/${each}`),
  );
  return new Set([...own, ...[...circuit.circuits.values()].flatMap((inner) => [...unusedIn(inner)])]);
}

/** What is known of a circuit without its equations. */
interface Facts extends Pick<ModelSource, "layout" | "nodes" | "edgeDelays" | "isLooped"> {
  /** Whether anything in it switches: where nothing does, there are no jumps to find. */
  switches: boolean;
  /** Its module as it is written by hand, where that is. */
  written?: WrittenModel;
}

/** The variants of a model, each compiled once. */
class Variants {
  readonly facts: Pick<ModelSource, "layout" | "nodes" | "edgeDelays" | "isLooped">;
  readonly #switches: boolean;
  readonly #written: WrittenModel | undefined;
  readonly #compiled = new Map<string, Model>();
  readonly #fields = new Map<string, FieldModule>();

  constructor({ switches, written, ...facts }: Facts) {
    this.facts = facts;
    this.#switches = switches;
    this.#written = written;
  }

  static of(flat: FlatCircuit): Variants {
    const { circuit, equations, lowered } = flat;
    const { nodes = [], edgeDelays = new Map() } = equations;
    const layout = { ...lowered.layout, unused: unusedIn(circuit) };
    const isLooped = lowered.derivatives.some(({ width }) => width > 1);
    return new Variants({ layout, nodes, edgeDelays, isLooped, switches: switches(lowered.graph) });
  }

  /** Those of a model that is written by hand: its circuit is read for what is not. */
  static ofWritten(written: WrittenModel, flat: FlatCircuit): Variants {
    const layout = {
      ...written.layout(),
      get unused() {
        return unusedIn(flat.circuit);
      },
    };
    return new Variants({ layout, nodes: written.nodes, edgeDelays: new Map(), isLooped: false, switches: false, written });
  }

  get(asked: Variant, flat: FlatCircuit): Model {
    const { jumps, ...rest } = asked;
    const variant: Variant = jumps && this.#switches ? asked : rest;
    const { varied, expressions, intensities, jacobian = false, tangent = false, isSingle = false } = variant;
    const key = JSON.stringify([[...varied], expressions, intensities, jacobian, tangent, isSingle, variant.jumps]);
    const compiled = this.#compiled.get(key);
    if (compiled) return compiled;
    const isBase = varied.size + expressions.length + intensities.length === 0 && !jacobian && !tangent && !isSingle && !variant.jumps;
    const model = isBase && this.#written ? handWritten(this.#written, flat) : flat.compile(variant);
    keep(this.#compiled, key, model);
    return model;
  }

  field(request: FieldRequest, flat: FlatCircuit): FieldModule {
    const key = JSON.stringify(request);
    const field = this.#fields.get(key) ?? flat.compileField(request);
    keep(this.#fields, key, field);
    return field;
  }
}

/** Keeps what was made last, in the place of what was made first. */
function keep<Made>(made: Map<string, Made>, key: string, one: Made): void {
  const [oldest] = made.keys();
  if (made.size === MOST_VARIANTS && !made.has(key)) made.delete(oldest);
  made.set(key, one);
}

/** The model whose module is written by hand; its fused loops are made of its template, which has the same rows. */
function handWritten(written: WrittenModel, flat: FlatCircuit): Model {
  const model = written.compile();
  setStepSource(model, () => stepSourceOfLowered(flat.lowered));
  return model;
}

/** Tells what is wrong with a template beside all that is wrong with the call. */
export function attempt<Result>(problems: Problems, work: () => Result | undefined): Result | undefined {
  return problems.attempt(work, () => [OPTION]);
}

/** Models of paths, with the files that they are made of; of bundled ones there are none, as those never change. */
const keptPaths = new Kept<{ files: OpenedFiles; source: ModelSource }>({ values: 64, letters: 1e6 });

function sourceOfPath(path: string, opening: OpenFile): ModelSource {
  const openFile = openingOnce(opening);
  const known = keptPaths.get(path);
  if (known?.files.areUnchanged(openFile)) return known.source;
  const dotted = path.replaceAll("/", ".");
  const files = new OpenedFiles();
  const [, written] = Object.entries(writtenModels).find(([name]) => name === dotted) ?? [];
  const read = () => readCircuitOfPath(path, files.noting(openFile));
  const source = written ? sourceOfWritten(written, read) : sourceOf(read());
  keptPaths.set(path, { files, source });
  return source;
}

function sourceOfWritten(written: WrittenModel, read: () => CircuitTemplate): ModelSource {
  const flat = new FlatCircuit(read);
  return sourceFrom(Variants.ofWritten(written, flat), flat);
}

function isModel(value: unknown): value is Model {
  if (!isRecord(value) || typeof value.name !== "string" || typeof value.timeUnit !== "string") return false;
  const lists = [value.states, value.params, value.inputs, value.outputs];
  return lists.every(isVariableList) && typeof value.derived === "number" && value.module instanceof WebAssembly.Module;
}

function isVariableList(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  return value.every(
    (item) => isRecord(item) && typeof item.path === "string" && Number.isFinite(item.value) && item.path.split("/").length > 2,
  );
}
