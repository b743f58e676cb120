// What the page's own worker runs: models are read, planned and swept here, so that the page's thread has nothing to do but draw.
import { bundledCircuits, type FeatureName, featureNames, MassgridError, type SolverName, solvers } from "../index.ts";
import { readModel } from "./models.ts";
import type { Answer, FromEngine, MapPart, MapProgress, Order, ToEngine, Traces } from "./protocol.ts";
import { sweep } from "./sweep.ts";
import { tracesOf } from "./traces.ts";

/** Orders that are being followed, by their numbers. */
const underway = new Map<number, AbortController>();

globalThis.onmessage = ({ data }: MessageEvent<ToEngine>) => {
  if ("stop" in data) underway.get(data.number)?.abort();
  else void follow(data.number, data.order);
};

async function follow(number: number, order: Order): Promise<void> {
  const controller = new AbortController();
  underway.set(number, controller);
  try {
    const answer = await answerOf(number, order, controller.signal);
    post({ number, answer }, answer && "traces" in answer ? buffersOf(answer) : []);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const problems = error instanceof MassgridError ? error.problems : [];
    post({ number, failure: { message, problems, stopped: controller.signal.aborted } });
  } finally {
    underway.delete(number);
  }
}

async function answerOf(number: number, order: Order, signal: AbortSignal): Promise<Answer> {
  if (order.kind === "facts") return { circuits: bundledCircuits(), features: featureNames().filter(isFeature), solvers: solverNames() };
  if (order.kind === "describe") {
    const { description, circuits, circuit, text } = readModel(order.model);
    return { description, circuits, circuit, text };
  }
  const { state } = order;
  const model = readModel(state.model);
  if (order.kind === "traces") return await tracesOf(state, model, order.points, signal);
  if (order.kind === "save") {
    const { save } = await import("./save.ts");
    return await save(order, model, signal);
  }
  const part = (found: MapPart) => post({ number, part: found }, [found.points.buffer, found.values.buffer]);
  const listener = { part, progress: (progress: MapProgress) => post({ number, progress }) };
  await sweep({ state, model, known: order.known }, listener, signal);
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
