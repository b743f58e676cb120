import * as v from "valibot";
import { type Disk, several } from "./disk/disk.ts";
import { CLAIMS } from "./format/manifest-schema.ts";

/** A process that computes shards, as it told last. Nothing depends on it but what status says. */
export interface Claim {
  machine: string;
  process: number;
  /** Shards that it computes or writes now. */
  shards: readonly number[];
  /** When it began, and when it told, in ms since 1970. */
  since: number;
  at: number;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const time = v.pipe(v.number(), v.finite());
const claim = v.strictObject({ machine: v.string(), process: count, shards: v.array(count), since: time, at: time });

/** After how many ms a process tells at first, how often it looks whether there is news, and how often it tells without. */
const FIRST = 1000;
const LOOK = 5000;
/** A process that has not told for twice as long is taken to be gone. */
export const SILENCE = 30_000;

/** Tells others what this process computes, while it does. */
export class Claims {
  readonly #disk: Disk;
  readonly #file: string;
  readonly #since = Date.now();
  readonly #shardsNow: () => readonly number[];
  #told = "";
  #when = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(disk: Disk, attempt: string, shardsNow: () => readonly number[]) {
    this.#disk = disk;
    this.#file = `${CLAIMS}/${attempt}.json`;
    this.#shardsNow = shardsNow;
    this.#wait(FIRST);
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#writing = this.#tell().finally(() => this.#timer && this.#wait(LOOK));
    }, ms);
    // Who waits for a sweep is not held up by what it tells.
    if (typeof this.#timer === "object") this.#timer.unref();
  }

  async #tell(): Promise<void> {
    const shards = this.#shardsNow();
    const now = Date.now();
    if (shards.join() === this.#told && now - this.#when < SILENCE) return;
    const { pid, host } = this.#disk.host.self;
    const own: Claim = { machine: host, process: pid, shards, since: this.#since, at: now };
    // A disk that fails is told by what must be written.
    await this.#disk.write(this.#file, JSON.stringify(own), { lasting: false }).catch(() => {});
    this.#told = shards.join();
    this.#when = now;
  }

  /** Takes back what was told. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    if (this.#when > 0) await this.#disk.remove(this.#file).catch(() => {});
  }
}

/** What processes told last, the latest first. */
export async function readClaims(disk: Disk): Promise<Claim[]> {
  const names = (await disk.names(CLAIMS)).filter((name) => name.endsWith(".json"));
  const found = await several(names, async (name) => {
    const bytes = await disk.read(`${CLAIMS}/${name}`);
    try {
      const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
      return v.is(claim, value) ? [value] : [];
    } catch {
      return [];
    }
  });
  return found.flat().sort((a, b) => b.at - a.at);
}
