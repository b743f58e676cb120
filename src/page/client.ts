import type {
  Begun,
  Described,
  DiagramPart,
  EngineRequest,
  EngineResponse,
  Failure,
  FromEngine,
  MapListener,
  Opened,
  ToEngine,
  Traces,
} from "./protocol.ts";
import type { ModelChoice, State } from "./state.ts";

/** A request that failed. */
export class EngineError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** What is told of an error, whatever was thrown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof EngineError) return error.failure;
  return { message: error instanceof Error ? error.message : String(error), stopped: false, problems: [] };
}

/** Who is told of what comes while a request is answered. */
type Listener = Partial<MapListener> & { diagram?(part: DiagramPart): void };

interface PendingRequest {
  resolve(response: EngineResponse): void;
  reject(error: Error): void;
  listener: Listener | undefined;
}

/** The engine in its worker, as the page's thread sees it. */
export class Engine {
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, PendingRequest>();
  #numbers = 0;

  /** What the page begins with: what its address holds, a template that it names, or the published sweep. */
  async begin(hash: string, text: string | undefined): Promise<Begun> {
    const response = await this.ask({ kind: "begin", hash, text });
    if (response === undefined || !("facts" in response)) throw new TypeError("the page's beginning was expected");
    return response;
  }

  /** The state, with its model, that a link or the text of a file holds; or what is wrong with it. */
  async read(text: string, from: "link" | "file"): Promise<Opened> {
    const response = await this.ask({ kind: "read", text, from });
    if (response === undefined || !("fault" in response || "state" in response)) throw new TypeError("a state was expected");
    return response;
  }

  /** Reads a model. Every method is rejected with an EngineError where it fails, or where its signal ends it. */
  async describe(model: ModelChoice): Promise<Described> {
    const response = await this.ask({ kind: "describe", model });
    if (response === undefined || !("description" in response)) throw new TypeError("a model's description was expected");
    return response;
  }

  /** Computes a map but for the points that have been computed; resolves when all of it has come. */
  async map({ state, computed }: { state: State; computed: Uint32Array }, listener: MapListener, signal: AbortSignal): Promise<void> {
    await this.ask({ kind: "map", state, computed }, { listener, signal });
  }

  async traces(state: State, points: readonly (readonly number[])[], signal: AbortSignal): Promise<Traces> {
    const response = await this.ask({ kind: "traces", state, points }, { signal });
    if (response === undefined || !("traces" in response)) throw new TypeError("traces were expected");
    return response;
  }

  /** The bytes of a file. */
  async save(request: Omit<Extract<EngineRequest, { kind: "save" }>, "kind">): Promise<Uint8Array<ArrayBuffer>> {
    const response = await this.ask({ kind: "save", ...request });
    if (!(response instanceof Uint8Array)) throw new TypeError("the bytes of a file were expected");
    return Uint8Array.from(response);
  }

  /** Asks for anything; what is loaded later asks by itself. */
  ask(request: EngineRequest, { signal, listener }: { signal?: AbortSignal; listener?: Listener } = {}): Promise<EngineResponse> {
    const number = ++this.#numbers;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject, listener });
      this.#post({ number, request });
      signal?.addEventListener("abort", () => this.#post({ number, stop: true }));
    });
  }

  /** Has the worker load what it needs for anything but what the page opens with. */
  warm(): void {
    this.#post({ warm: true });
  }

  #post(message: ToEngine): void {
    this.#worker ??= this.#started();
    this.#worker.postMessage(message);
  }

  /** It is started when something is first asked of it. */
  #started(): Worker {
    const worker = new Worker(new URL("./engine.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<FromEngine>) => this.#receive(data);
    worker.onerror = (event) => this.#fail(event.message ?? "the page's worker could not be loaded");
    return worker;
  }

  #receive(message: FromEngine): void {
    const waiting = this.#waiting.get(message.number);
    if ("part" in message) waiting?.listener?.part?.(message.part);
    else if ("progress" in message) waiting?.listener?.progress?.(message.progress);
    else if ("diagram" in message) waiting?.listener?.diagram?.(message.diagram);
    else {
      this.#waiting.delete(message.number);
      if ("response" in message) waiting?.resolve(message.response);
      else waiting?.reject(new EngineError(message.failure));
    }
  }

  /** Ends the worker, whatever it does; what is asked of it then is never answered. */
  end(): void {
    this.#worker?.terminate();
  }

  #fail(message: string): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new EngineError({ message, stopped: false, problems: [] }));
  }
}
