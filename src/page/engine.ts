// What the page's own worker runs: models are read, planned and swept here, so that the page's thread has nothing to do but draw.
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
import type {
  Described,
  EngineRequest,
  EngineResponse,
  Facts,
  FromEngine,
  MapPart,
  MapProgress,
  Opened,
  ToEngine,
  Traces,
} from "./protocol.ts";
import { defaultState, type ModelChoice, published } from "./state.ts";
import { sweep } from "./sweep.ts";
import { timeScalesOf } from "./time-scales.ts";
import type { TimeScales } from "./times.ts";
import { tracesOf } from "./traces.ts";

/** Requests that are being answered, by their numbers. */
const pending = new Map<number, AbortController>();

globalThis.onmessage = ({ data }: MessageEvent<ToEngine>) => {
  if ("stop" in data) pending.get(data.number)?.abort();
  else void handle(data.number, data.request);
};

async function handle(number: number, request: EngineRequest): Promise<void> {
  const controller = new AbortController();
  pending.set(number, controller);
  try {
    const response = await respond(number, request, controller.signal);
    post({ number, response }, response && "traces" in response ? buffersOf(response) : []);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const problems = error instanceof MassgridError ? error.problems : [];
    post({ number, failure: { message, problems, stopped: controller.signal.aborted } });
  } finally {
    pending.delete(number);
  }
}

async function respond(number: number, request: EngineRequest, signal: AbortSignal): Promise<EngineResponse> {
  if (request.kind === "begin") return { facts: { models: bundledModels(), ...names(), kinds: kinds() }, opened: await beginning(request) };
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
    return await followDiagram(state, model, (diagram) => post({ number, diagram }));
  }
  const part = (found: MapPart) => post({ number, part: found }, [found.points.buffer, ...found.layers.map(({ values }) => values.buffer)]);
  const listener = { part, progress: (progress: MapProgress) => post({ number, progress }) };
  await sweep({ state, model, computed: request.computed }, listener, signal);
  return undefined;
}

/** What is shown first: what the address holds, the template that it names, or the published sweep. */
async function beginning({ hash, text }: Extract<EngineRequest, { kind: "begin" }>): Promise<Opened> {
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

/** What can be moved, and need not be copied. */
function buffersOf({ times, traces }: Traces): ArrayBufferLike[] {
  return [times, ...traces.flatMap(({ signal, plane }) => [signal, plane])].map(({ buffer }) => buffer);
}

function post(message: FromEngine, transfer: ArrayBufferLike[] = []): void {
  globalThis.postMessage(message, { transfer: transfer.filter((buffer) => buffer instanceof ArrayBuffer) });
}
