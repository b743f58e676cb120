import type { Answer, Described, Facts, Failure, FromEngine, MapPart, MapProgress, Order, ToEngine, Traces } from "./protocol.ts";
import type { ModelChoice, State } from "./state.ts";

/** An order that could not be followed. */
export class EngineError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Told while a map is computed. */
export interface MapListener {
  part(part: MapPart): void;
  progress(progress: MapProgress): void;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
  listener: MapListener | undefined;
}

/** The engine in its worker, as the page's thread sees it. */
export class Engine {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #numbers = 0;

  constructor() {
    this.#worker = new Worker(new URL("./engine.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<FromEngine>) => this.#hear(data);
    this.#worker.onerror = (event) => this.#fail(event.message ?? "the page's worker could not be loaded");
  }

  async facts(): Promise<Facts> {
    const answer = await this.#ask({ kind: "facts" });
    if (answer === undefined || !("features" in answer)) throw new TypeError("the package's facts were expected");
    return answer;
  }

  /** Reads a model. Every method is rejected with an EngineError where it fails, or where its signal ends it. */
  async describe(model: ModelChoice): Promise<Described> {
    const answer = await this.#ask({ kind: "describe", model });
    if (answer === undefined || !("description" in answer)) throw new TypeError("a model's description was expected");
    return answer;
  }

  /** Computes a map but for the points that are known; resolves when all of it has come. */
  async map({ state, known }: { state: State; known: Uint32Array }, listener: MapListener, signal: AbortSignal): Promise<void> {
    await this.#ask({ kind: "map", state, known }, { listener, signal });
  }

  async traces(state: State, points: readonly (readonly number[])[], signal: AbortSignal): Promise<Traces> {
    const answer = await this.#ask({ kind: "traces", state, points }, { signal });
    if (answer === undefined || !("traces" in answer)) throw new TypeError("traces were expected");
    return answer;
  }

  /** The bytes of a file. */
  async save(order: Omit<Extract<Order, { kind: "save" }>, "kind">): Promise<Uint8Array<ArrayBuffer>> {
    const answer = await this.#ask({ kind: "save", ...order });
    if (!(answer instanceof Uint8Array)) throw new TypeError("the bytes of a file were expected");
    return Uint8Array.from(answer);
  }

  #ask(order: Order, { signal, listener }: { signal?: AbortSignal; listener?: MapListener } = {}): Promise<Answer> {
    const number = ++this.#numbers;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject, listener });
      this.#post({ number, order });
      signal?.addEventListener("abort", () => this.#post({ number, stop: true }));
    });
  }

  #post(message: ToEngine): void {
    this.#worker.postMessage(message);
  }

  #hear(report: FromEngine): void {
    const waiting = this.#waiting.get(report.number);
    if ("part" in report) waiting?.listener?.part(report.part);
    else if ("progress" in report) waiting?.listener?.progress(report.progress);
    else {
      this.#waiting.delete(report.number);
      if ("answer" in report) waiting?.resolve(report.answer);
      else waiting?.reject(new EngineError(report.failure));
    }
  }

  #fail(message: string): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new EngineError({ message, stopped: false, problems: [] }));
  }
}
