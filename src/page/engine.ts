// What the page's own worker runs: models are read, planned and swept here, so that the page's thread has nothing to do but draw.
import { bundledModels, type FeatureName, featureNames, MassgridError, type SolverName, solvers } from "../index.ts";
import { readModel } from "./models.ts";
import type { EngineRequest, EngineResponse, FromEngine, MapPart, MapProgress, ToEngine, Traces } from "./protocol.ts";
import { sweep, tracesOf } from "./sweep.ts";

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
  if (request.kind === "facts") return { models: bundledModels(), features: featureNames().filter(isFeature), solvers: solverNames() };
  if (request.kind === "describe") {
    const { description, circuits, circuit, text } = readModel(request.model);
    return { description, circuits, circuit, text };
  }
  const { state } = request;
  const model = readModel(state.model);
  if (request.kind === "traces") return await tracesOf(state, model, request.points, signal);
  if (request.kind === "save") {
    const { save } = await import("./save.ts");
    return await save(request, model, signal);
  }
  const part = (found: MapPart) => post({ number, part: found }, [found.points.buffer, found.values.buffer]);
  const listener = { part, progress: (progress: MapProgress) => post({ number, progress }) };
  await sweep({ state, model, computed: request.computed }, listener, signal);
  return undefined;
}

function isFeature(name: string): name is FeatureName {
  return featureNames().includes(name);
}

/** The solvers that need nothing but their name: those of stochastic models are told what noise they have. */
function solverNames(): SolverName[] {
  return Object.keys(solvers)
    .filter(isSolver)
    .filter((name) => solvers[name].kind !== "stochastic");
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
