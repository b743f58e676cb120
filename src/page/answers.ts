// The answers of the page's own worker: models are read, planned and swept here, so that the page's thread has nothing to do but draw.
import {
  bundledModels,
  type CircuitTemplate,
  type FeatureName,
  featureNames,
  MassgridError,
  type ModelDescription,
  type SolverName,
  solvers,
} from "../index.ts";
import { type ReadState, readFile, readLink } from "./link-state.ts";
import { readModel } from "./models.ts";
import type { Begun, Described, DiagramPart, EngineRequest, EngineResponse, Facts, MapListener, Opened } from "./protocol.ts";
import { defaultState, type ModelChoice, published } from "./state.ts";
import { sweep } from "./sweep.ts";
import { timeScalesOf } from "./time-scales.ts";
import type { TimeScales } from "./times.ts";
import { tracesOf } from "./traces.ts";

/** Told while a request is answered. */
export interface Told extends MapListener {
  diagram(part: DiagramPart): void;
}

export async function answer(request: EngineRequest, told: Told, signal: AbortSignal): Promise<EngineResponse> {
  if (request.kind === "begin") return await begin(request);
  if (request.kind === "read") {
    const found = request.from === "file" ? readFile(request.text, names()) : await readLink(request.text, names());
    return found === undefined ? { fault: "it holds no state" } : await withModel(found);
  }
  if (request.kind === "describe") return await described(request.model);
  if (request.kind === "orbit" || request.kind === "saveDiagram") {
    const { orbitOf, savedDiagram } = await import("./diagram-engine.ts");
    return await (request.kind === "orbit" ? orbitOf(request) : savedDiagram(request));
  }
  const { state } = request;
  const model = readModel(state.model);
  if (request.kind === "traces") return await tracesOf(state, model, request.points, signal);
  if (request.kind === "save") {
    const { save } = await import("./save.ts");
    return await save(request, model, signal);
  }
  if (request.kind === "diagram") {
    const { followDiagram } = await import("./diagram-engine.ts");
    return await followDiagram(state, model, told.diagram);
  }
  await sweep({ state, model, computed: request.computed }, told, signal);
  return undefined;
}

/** What the package has, and what the page opens with. */
export async function begin(asked: { hash: string; text: string | undefined }): Promise<Begun> {
  return { facts: { models: bundledModels(), ...names(), kinds: kinds() }, opened: await beginning(asked) };
}

/** What is shown first: what the address holds, the template that it names, or the published sweep. */
async function beginning({ hash, text }: { hash: string; text: string | undefined }): Promise<Opened> {
  const linked = await readLink(hash, names());
  if (linked) return await withModel(linked);
  if (text === undefined) return await withModel({ state: published });
  const own = await described({ text, circuit: "" });
  return { state: defaultState({ text, circuit: own.circuit }, own.description, own.timeScales), described: own };
}

async function withModel(found: ReadState): Promise<Opened> {
  return "fault" in found ? found : { state: found.state, described: await described(found.state.model) };
}

async function described(model: ModelChoice): Promise<Described> {
  const { template, description, circuits, circuit, text } = readModel(model);
  const timeScales = await scalesOf(template, description);
  return { description, circuits, circuit, text, timeScales };
}

/** Time constants, where the model can be run from its initial state at all. */
async function scalesOf(template: CircuitTemplate, description: ModelDescription): Promise<TimeScales | undefined> {
  try {
    return await timeScalesOf(template, description);
  } catch (error) {
    if (error instanceof MassgridError) return undefined;
    throw error;
  }
}

function kinds(): Facts["kinds"] {
  return Object.fromEntries(names().solvers.map((name) => [name, solvers[name].kind]));
}

/** What a state may name. */
function names(): Pick<Facts, "features" | "solvers"> {
  return { features: featureNames().filter(isFeature), solvers: Object.keys(solvers).filter(isSolver) };
}

function isFeature(name: string): name is FeatureName {
  return featureNames().includes(name);
}

function isSolver(name: string): name is SolverName {
  return Object.hasOwn(solvers, name);
}
