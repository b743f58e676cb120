import { hasRoomForThread, workerThreads } from "../../platform/environment.ts";

/** Files of one folder: of these sizes and hashes, where they are known. */
export interface Wanted {
  /** Its path. */
  folder: string;
  names: readonly string[];
  bytes?: readonly number[];
  hashes?: readonly string[];
}

/** What a reading thread is asked; `most` bytes of all files together are read, into `memory` where they have room there. */
export type Question = { id: number } & (
  | ({ kind: "read"; most: number; memory: ArrayBuffer | undefined } & Wanted)
  | ({ kind: "sizes" } & Wanted)
  | { kind: "remove"; path: string }
);

/** What it answers: sizes are -1 of files that are not there, not as they are to be, or cannot be read. */
export type Answer = { id: number } & (
  | { kind: "read"; sizes: Float64Array; firsts: Float64Array; buffer: ArrayBuffer }
  | { kind: "sizes"; sizes: Float64Array }
  | { kind: "removed"; done: boolean }
);

/** As many as Node itself has for files. */
const THREADS = 4;

/** Files from which reading them is worth starting threads. */
export const MANY = 256;

/** Files that one thread is asked for at a time, and the most bytes that it reads of them: what is more is read alone. */
const TOGETHER = { files: 128, bytes: 64e6 };

const limits = { maxYoungGenerationSizeMb: 2 };

/** The thread's file: beside the one that the package bundles this in; sources that are run as they are use the one that was built. */
function readerFile(): URL {
  const here = import.meta.url;
  return new URL(here.endsWith(".ts") ? "../../../dist/reader.js" : "reader.js", here);
}

type NodeWorker = InstanceType<NonNullable<ReturnType<typeof workerThreads>>["Worker"]>;

/** A thread, and who waits for its answers. */
interface Reader {
  worker: NodeWorker;
  asked: Map<number, (answer: Answer | undefined) => void>;
}

/**
 * Threads that read many small files, each call of the file system after the other: a call that is waited for by a promise takes ten times as long
 * as what it does. They say nothing of what went wrong: what they have not read is read, or refused, by who asks.
 */
export class Readers {
  readonly #readers: Reader[] = [];
  /** Memory that files were read into and is needed no more: fresh memory costs more than reading. */
  readonly #free: ArrayBuffer[] = [];
  readonly #given = new WeakSet<ArrayBufferLike>();
  #next = 0;

  /** Undefined where there are no threads. */
  static start(): Readers | undefined {
    const threads = hasRoomForThread() ? workerThreads() : undefined;
    if (!threads) return undefined;
    const readers = new Readers();
    const options = { name: "massgrid-reader", execArgv: [], resourceLimits: limits };
    for (let i = 0; i < THREADS; i++) readers.#add(new threads.Worker(readerFile(), options));
    return readers;
  }

  #add(worker: NodeWorker): void {
    const reader: Reader = { worker, asked: new Map() };
    this.#readers.push(reader);
    worker.on("message", (answer: Answer) => {
      const tell = reader.asked.get(answer.id);
      reader.asked.delete(answer.id);
      tell?.(answer);
    });
    const gone = () => {
      const at = this.#readers.indexOf(reader);
      if (at >= 0) this.#readers.splice(at, 1);
      for (const tell of reader.asked.values()) tell(undefined);
      reader.asked.clear();
    };
    worker.on("error", gone);
    worker.on("messageerror", gone);
    worker.on("exit", gone);
  }

  /** Asks the thread that has least to do; undefined where none lives. */
  #ask(question: (id: number) => Question): Promise<Answer | undefined> {
    let reader: Reader | undefined;
    for (const each of this.#readers) if (!reader || each.asked.size < reader.asked.size) reader = each;
    if (!reader) return Promise.resolve(undefined);
    const { worker, asked } = reader;
    const id = this.#next++;
    return new Promise((resolve) => {
      asked.set(id, resolve);
      const asking = question(id);
      worker.postMessage(asking, asking.kind === "read" && asking.memory ? [asking.memory] : []);
    });
  }

  /** The bytes of files, in order; undefined for those that are not there, not as they are to be, or could not be read. */
  async read(wanted: Wanted): Promise<(Uint8Array | undefined)[]> {
    const work = async (group: Wanted) => {
      const answer = await this.#ask((id) => ({ id, kind: "read", most: TOGETHER.bytes, memory: this.#free.pop(), ...group }));
      if (answer?.kind !== "read") return group.names.map(() => undefined);
      const { sizes, firsts, buffer } = answer;
      this.#given.add(buffer);
      return Array.from(sizes, (size, i) => (size < 0 ? undefined : new Uint8Array(buffer, firsts[i], size)));
    };
    return (await Promise.all(groups(wanted).map(work))).flat();
  }

  /** Takes memory back that files were read into: whoever has views of it has none any more. */
  take(buffer: ArrayBufferLike): void {
    if (buffer instanceof ArrayBuffer && this.#given.delete(buffer)) this.#free.push(buffer);
  }

  /** Sizes of regular files; undefined for anything else. */
  async sizes(wanted: Wanted): Promise<(number | undefined)[]> {
    const work = async (group: Wanted) => {
      const answer = await this.#ask((id) => ({ id, kind: "sizes", ...group }));
      if (answer?.kind !== "sizes") return group.names.map(() => undefined);
      return Array.from(answer.sizes, (size) => (size < 0 ? undefined : size));
    };
    return (await Promise.all(groups(wanted).map(work))).flat();
  }

  /** Whether a folder was removed. */
  async remove(path: string): Promise<boolean> {
    const answer = await this.#ask((id) => ({ id, kind: "remove", path }));
    return answer?.kind === "removed" && answer.done;
  }

  async end(): Promise<void> {
    await Promise.all(this.#readers.map(({ worker }) => worker.terminate()));
  }
}

function groups({ folder, names, bytes, hashes }: Wanted): Wanted[] {
  const { files } = TOGETHER;
  return Array.from({ length: Math.ceil(names.length / files) }, (_, i) => {
    const [from, to] = [i * files, (i + 1) * files];
    const known = { ...(bytes ? { bytes: bytes.slice(from, to) } : {}), ...(hashes ? { hashes: hashes.slice(from, to) } : {}) };
    return { folder, names: names.slice(from, to), ...known };
  });
}
