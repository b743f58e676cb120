import { isRecord, type Problems } from "../check.ts";
import { MassgridError, sanitize } from "../errors.ts";
import { writtenModels } from "./bundled/index.ts";
import { readCircuitOfPath } from "./bundled/read.ts";
import { compileEquations } from "./compile/compile.ts";
import { complexity } from "./compile/complexity.ts";
import { dependence } from "./compile/dependence.ts";
import type { Algebraic, EdgeDelay } from "./equation/equations.ts";
import type { Expression } from "./equation/tree.ts";
import { type Model, modelFault } from "./model.ts";
import type { VariedDelays } from "./template/edges.ts";
import { flatten } from "./template/flatten.ts";
import { isCircuit } from "./template/guard.ts";
import { locating } from "./template/locate.ts";
import type { OpenFile } from "./template/read.ts";
import { checkCircuitSize } from "./template/size.ts";
import type { CircuitTemplate } from "./template/template.ts";

const place = ["circuitTemplate"];

/** What a sweep may change of a model beside its parameters. */
export interface Variant {
  /** Forms of the delays that the grid varies. */
  varied: VariedDelays;
  /** Further algebraic variables, for outputs that are expressions. */
  expressions: readonly Algebraic[];
  /** Intensities of noise, which the model's `diffuse` computes. */
  intensities: readonly Expression[];
  /** Whether its module is to have derivatives of the right-hand side. */
  jacobian?: boolean;
}

/** A model, and how its variants are made. */
export interface ModelSource {
  model: Model;
  /** Delay and spread of each edge that has one of them. */
  edgeDelays: ReadonlyMap<string, EdgeDelay>;
  /** Whether outputs may be expressions: a model that was given as a module has no equations to add them to. */
  hasEquations: boolean;
  /** Whether an expression of its variables is complex. */
  isComplex: (expression: Expression) => boolean;
  /** Paths of the states, parameters and inputs that an expression depends on at present. */
  dependsOn: (expression: Expression) => ReadonlySet<string>;
  variant: (variant: Variant) => Model;
}

/** The model of a template path (dots or slashes), of a template, or the model itself, checked. `openFile` reads files that are not bundled. */
export function resolveTemplate(problems: Problems, template: unknown, openFile: OpenFile): ModelSource | undefined {
  if (typeof template === "string") return attempt(problems, () => modelOfPath(template, openFile));
  if (isCircuit(template)) return attempt(problems, () => sourceOf(template));
  if (!isModel(template)) {
    const message =
      "circuitTemplate must be a template path, a CircuitTemplate, or a model with name, states, params, inputs, outputs and module";
    problems.add("E_TYPE", place, message);
    return undefined;
  }
  const fault = modelFault(template);
  if (fault !== undefined) {
    problems.add("E_MODEL", [...place, "module"], `${sanitize(template.name)} is not a model: ${fault}`);
    return undefined;
  }
  const unknown = { isComplex: () => false, dependsOn: () => new Set<string>() };
  return { model: template, edgeDelays: new Map(), hasEquations: false, ...unknown, variant: () => template };
}

/** `written` is the model that is the same as the circuit's, written by hand. */
export function sourceOf(circuit: CircuitTemplate, written?: Model): ModelSource {
  checkCircuitSize(circuit);
  const equations = locating(circuit, () => flatten(circuit));
  const model = written ?? locating(circuit, () => compileEquations(equations));
  const variant = ({ varied, expressions, intensities, jacobian = false }: Variant) => {
    if (varied.size + expressions.length + intensities.length === 0 && !jacobian) return model;
    return locating(circuit, () => {
      const flat = varied.size === 0 ? equations : flatten(circuit, { varied });
      return compileEquations({ ...flat, algebraic: [...flat.algebraic, ...expressions], intensities }, { jacobian });
    });
  };
  const known = { hasEquations: true, isComplex: complexity(equations), dependsOn: dependence(equations) };
  return { model, edgeDelays: equations.edgeDelays ?? new Map(), ...known, variant };
}

/** Tells what is wrong with a template beside all that is wrong with the call. */
export function attempt<Result>(problems: Problems, work: () => Result | undefined): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MassgridError)) throw error;
    for (const problem of error.problems) problems.list.push({ ...problem, path: place });
    return undefined;
  }
}

function modelOfPath(path: string, openFile: OpenFile): ModelSource {
  const dotted = path.replaceAll("/", ".");
  const written = Object.entries(writtenModels).find(([name]) => name === dotted)?.[1];
  return sourceOf(readCircuitOfPath(path, openFile), written?.());
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
