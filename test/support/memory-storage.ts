// A store in memory, by the five verbs that a store needs, with the faults of a network.

import type { Storage } from "../../src/store/disk/storage.ts";
import { storeError } from "../../src/store/errors.ts";

export type Verb = "get" | "put" | "list" | "remove" | "size";

/** What happens to a call: nothing of it is done; all of it is, and the answer is lost; of a get, bytes are missing at its end. */
export type Fault = "before" | "after" | "truncated";

export class MemoryStorage implements Storage {
  readonly location = "memory://store";
  readonly files = new Map<string, Uint8Array>();
  /** Asked at each call. */
  fault: (verb: Verb, name: string) => Fault | undefined = () => undefined;
  /** Calls of each verb. */
  readonly calls: Record<Verb, number> = { get: 0, put: 0, list: 0, remove: 0, size: 0 };

  async get(name: string): Promise<Uint8Array | undefined> {
    return await this.#call("get", name, (fault) => {
      const bytes = this.files.get(name);
      return bytes && (fault === "truncated" ? bytes.slice(0, Math.floor(bytes.length / 2)) : bytes.slice());
    });
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    await this.#call("put", name, () => this.files.set(name, bytes.slice()));
  }

  async list(folder: string): Promise<string[]> {
    const prefix = folder === "." ? "" : `${folder}/`;
    return await this.#call("list", folder, () => {
      const names = [...this.files.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length).split("/")[0]);
      return [...new Set(names)].sort();
    });
  }

  async remove(name: string): Promise<void> {
    await this.#call("remove", name, () => {
      for (const file of [...this.files.keys()]) if (file === name || file.startsWith(`${name}/`)) this.files.delete(file);
    });
  }

  async size(name: string): Promise<number | undefined> {
    return await this.#call("size", name, () => this.files.get(name)?.length);
  }

  /** Does a call, in a later turn of the event loop. */
  async #call<Result>(verb: Verb, name: string, work: (fault: Fault | undefined) => Result): Promise<Result> {
    this.calls[verb]++;
    const fault = this.fault(verb, name);
    await new Promise((resolve) => setImmediate(resolve));
    if (fault === "before") throw storeError("E_IO", `${verb} ${name}: injected`);
    const result = work(fault);
    if (fault === "after") throw storeError("E_IO", `${verb} ${name}: the answer is lost`);
    return result;
  }
}
