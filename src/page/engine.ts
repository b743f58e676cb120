// What the page's own worker runs. The traces of what the page opens with have been planned by the build, and run at once; all else is answered
// by what is loaded when it is first asked for, or when someone turns to the page.
import { MassgridError } from "../errors.ts";
import type { Told } from "./answers.ts";
import { preparedTraces } from "./prepared-run.ts";
import type { EngineRequest, EngineResponse, FromEngine, ToEngine, Traces } from "./protocol.ts";

/** Requests that are being answered, by their numbers. */
const pending = new Map<number, AbortController>();

globalThis.onmessage = ({ data }: MessageEvent<ToEngine>) => {
  if ("warm" in data) void answers();
  else if ("stop" in data) pending.get(data.number)?.abort();
  else void handle(data.number, data.request);
};

async function handle(number: number, request: EngineRequest): Promise<void> {
  const controller = new AbortController();
  pending.set(number, controller);
  try {
    const told: Told = {
      part: (part) => post({ number, part }, [part.points.buffer, ...part.layers.map(({ values }) => values.buffer)]),
      progress: (progress) => post({ number, progress }),
      diagram: (diagram) => post({ number, diagram }),
    };
    const response = await respond(request, told, controller.signal);
    post({ number, response }, response && "traces" in response ? buffersOf(response) : []);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const problems = error instanceof MassgridError ? error.problems : [];
    post({ number, failure: { message, problems, stopped: controller.signal.aborted } });
  } finally {
    pending.delete(number);
  }
}

async function respond(request: EngineRequest, told: Told, signal: AbortSignal): Promise<EngineResponse> {
  const traces = request.kind === "traces" ? await preparedTraces(request) : undefined;
  return traces ?? (await (await answers()).answer(request, told, signal));
}

function answers() {
  return import("./answers.ts");
}

/** What can be moved, and need not be copied. */
function buffersOf({ times, traces }: Traces): ArrayBufferLike[] {
  return [times, ...traces.flatMap(({ signal, plane }) => [signal, plane])].map(({ buffer }) => buffer);
}

function post(message: FromEngine, transfer: ArrayBufferLike[] = []): void {
  globalThis.postMessage(message, { transfer: transfer.filter((buffer) => buffer instanceof ArrayBuffer) });
}
