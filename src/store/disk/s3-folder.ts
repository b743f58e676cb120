import { sanitize } from "../../errors.ts";
import { storeError } from "../errors.ts";
import { several } from "./disk.ts";
import { field, listPage } from "./s3-answers.ts";
import { type S3Answer, type S3Client, textOf } from "./s3-client.ts";
import type { ByteRange, Pieces, Storage } from "./storage.ts";

/** What of the platform is needed. */
interface Platform {
  hash(bytes: Uint8Array): Promise<string>;
  unique(): string;
}

/** Bytes of a part of what is put in parts; servers want at least 5 MiB, all of one size, and at most 10 000 of them. */
const PART = 32 * 2 ** 20;
const MOST_PARTS = 10_000;
/** From so many parts on bytes are put in parts, so that a broken connection costs one of them. */
const LARGE = 4;

/** The metadata of an object that tell what its bytes should be, and by which call it was put in parts. */
const SHA256 = "x-amz-meta-sha256";
const MARK = "x-amz-meta-massgrid-put";

/** A prefix of a bucket, by GET, HEAD, PUT, DELETE and ListObjectsV2. Throws E_IO, E_S3_REFUSED or E_DISK_FULL. */
export class S3Folder implements Storage {
  readonly location: string;
  readonly #client: S3Client;
  readonly #platform: Platform;
  readonly #part: number;
  #bucket: Promise<void> | undefined;

  constructor(client: S3Client, platform: Platform, part = PART) {
    this.location = client.location.url;
    this.#client = client;
    this.#platform = platform;
    this.#part = part;
  }

  /** What is read is compared with the length that the server tells, and with the hash with which it was put. */
  async get(name: string): Promise<Uint8Array | undefined> {
    return await this.#read(name);
  }

  async getRange(name: string, range: ByteRange): Promise<Uint8Array | undefined> {
    return range.bytes === 0 ? new Uint8Array(0) : await this.#read(name, range);
  }

  async #read(name: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    const answer = await this.#client.request(this.#failure("read", name), {
      method: "GET",
      key: this.#key(name),
      headers: range ? { Range: `bytes=${range.first}-${range.first + range.bytes - 1}` } : {},
      accepted: [206, 404, 416],
      check: async ({ headers, bytes }) => {
        const hash = headers.get(SHA256);
        if (hash === null || hash === (await this.#platform.hash(bytes))) return undefined;
        return "an answer with other bytes than were put";
      },
    });
    if (answer.status === 404) return undefined;
    if (answer.status === 416) return new Uint8Array(0);
    // A server may answer with all bytes where some were asked for.
    return range && answer.status === 200 ? answer.bytes.subarray(range.first, range.first + range.bytes) : answer.bytes;
  }

  async size(name: string): Promise<number | undefined> {
    return lengthOf(await this.#head(name));
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    if (bytes.length <= LARGE * this.#part) return await this.#putWhole(name, bytes);
    await this.putPieces(name, async function* () {
      yield bytes;
    });
  }

  async putPieces(name: string, pieces: Pieces): Promise<void> {
    const parts = inParts(pieces(), this.#part);
    const { value: first = new Uint8Array(0) } = await parts.next();
    if (first.length < this.#part) return await this.#putWhole(name, first);
    await this.#putInParts(name, first, parts);
  }

  async list(folder: string): Promise<string[]> {
    const prefix = this.#folderPrefix(folder);
    const names: string[] = [];
    // An object of the name of the folder itself is what some tools put for an empty folder.
    for await (const keys of this.#pages(folder, prefix, { delimiter: "/" }))
      for (const key of keys) if (key !== prefix) names.push(key.slice(prefix.length).replace(/\/$/, ""));
    return [...new Set(names)].sort();
  }

  async remove(name: string): Promise<void> {
    if (name !== ".") await this.#delete(name, this.#key(name));
    for await (const keys of this.#pages(name, this.#folderPrefix(name))) await several(keys, (key) => this.#delete(name, key));
  }

  async #putWhole(name: string, bytes: Uint8Array): Promise<void> {
    const sha256 = await this.#platform.hash(bytes);
    await this.#client.request(this.#failure("written", name), {
      method: "PUT",
      key: this.#key(name),
      headers: { [SHA256]: sha256 },
      body: { bytes, sha256 },
    });
  }

  /** Puts an object in parts, which appear as one object at the end, or not at all. */
  async #putInParts(name: string, first: Uint8Array, others: AsyncIterable<Uint8Array>): Promise<void> {
    const [what, key, mark] = [this.#failure("written", name), this.#key(name), this.#platform.unique()];
    const begun = await this.#client.request(what, {
      method: "POST",
      key,
      query: { uploads: "" },
      headers: { [MARK]: mark },
      check: ({ bytes }) => (field(textOf(bytes), "UploadId") ? undefined : "an answer without an upload's id"),
    });
    const uploadId = field(textOf(begun.bytes), "UploadId") ?? "";
    try {
      const tags = [await this.#putPart(what, key, { uploadId, partNumber: 1, bytes: first })];
      for await (const bytes of others) {
        if (tags.length === MOST_PARTS) throw storeError("E_IO", `${what}: it is larger than ${MOST_PARTS} parts of ${this.#part} bytes`);
        tags.push(await this.#putPart(what, key, { uploadId, partNumber: tags.length + 1, bytes }));
      }
      await this.#complete(name, { uploadId, mark, tags });
    } catch (error) {
      // What cannot be removed costs its bytes until the bucket's rules remove it; what has failed is told all the same.
      await this.#client.request(what, { method: "DELETE", key, query: { uploadId }, accepted: [204, 404] }).catch(() => {});
      throw error;
    }
  }

  async #putPart(
    what: string,
    key: string,
    { uploadId, partNumber, bytes }: { uploadId: string; partNumber: number; bytes: Uint8Array },
  ): Promise<string> {
    const { headers } = await this.#client.request(what, {
      method: "PUT",
      key,
      query: { partNumber: String(partNumber), uploadId },
      body: { bytes, sha256: await this.#platform.hash(bytes) },
      check: (answer) => (answer.headers.get("ETag") ? undefined : "an answer without an ETag"),
    });
    return headers.get("ETag") ?? "";
  }

  async #complete(name: string, { uploadId, mark, tags }: { uploadId: string; mark: string; tags: readonly string[] }): Promise<void> {
    const tagOf = (tag: string) => tag.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
    const parts = tags.map((tag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${tagOf(tag)}</ETag></Part>`);
    const bytes = new TextEncoder().encode(`<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`);
    const what = this.#failure("written", name);
    const { status } = await this.#client.request(what, {
      method: "POST",
      key: this.#key(name),
      query: { uploadId },
      body: { bytes, sha256: await this.#platform.hash(bytes) },
      accepted: [404],
      // Servers begin to answer before they are done, and tell of a failure in what follows.
      check: (answer) => (/<CompleteMultipartUploadResult[\s>]/.test(textOf(answer.bytes)) ? undefined : "no word of the object"),
    });
    // Where the answer of an earlier try was lost, there is no such upload any more.
    if (status === 404 && (await this.#head(name)).headers.get(MARK) !== mark)
      throw storeError(
        "E_IO",
        `${what}: its parts have vanished before they were put together; what is finished is kept: resume when it can`,
      );
  }

  async #head(name: string): Promise<S3Answer> {
    const answer = await this.#client.request(this.#failure("read", name), {
      method: "HEAD",
      key: this.#key(name),
      accepted: [404],
      check: (found) => (lengthOf(found) === undefined ? "an answer without a length" : undefined),
    });
    // An answer without a text does not tell whether the object or the bucket is missing.
    if (answer.status === 404) {
      this.#bucket ??= this.#findBucket();
      await this.#bucket;
    }
    return answer;
  }

  /** Throws E_S3_REFUSED where there is no bucket. */
  async #findBucket(): Promise<void> {
    try {
      await this.#page(".", { "max-keys": "1", prefix: this.#folderPrefix(".") });
    } catch (error) {
      this.#bucket = undefined;
      throw error;
    }
  }

  async #delete(name: string, key: string): Promise<void> {
    await this.#client.request(this.#failure("removed", name), { method: "DELETE", key, accepted: [204, 404] });
  }

  /** The names of all objects with a prefix, a thousand at a time. */
  async *#pages(folder: string, prefix: string, query: Record<string, string> = {}): AsyncGenerator<string[]> {
    let next: string | undefined;
    do {
      const page = await this.#page(folder, { prefix, ...query, ...(next === undefined ? {} : { "continuation-token": next }) });
      if (page.next !== undefined && page.next === next) throw storeError("E_IO", `${this.#failure("read", folder)}: its list has no end`);
      yield page.names;
      next = page.next;
    } while (next !== undefined);
  }

  async #page(folder: string, query: Record<string, string>) {
    const { bytes } = await this.#client.request(this.#failure("read", folder), {
      method: "GET",
      key: "",
      query: { "list-type": "2", ...query },
      check: (answer) => {
        const page = listPage(textOf(answer.bytes));
        if (typeof page === "string") return page;
        return page.names.every((name) => name.startsWith(query.prefix)) ? undefined : "a list of other objects";
      },
    });
    const page = listPage(textOf(bytes));
    return typeof page === "string" ? { names: [], next: undefined } : page;
  }

  #failure(done: string, name: string): string {
    return `${sanitize(name === "." ? this.location : `${this.location}/${name}`)} cannot be ${done}`;
  }

  #key(name: string): string {
    const { prefix } = this.#client.location;
    return prefix === "" ? name : `${prefix}/${name}`;
  }

  #folderPrefix(folder: string): string {
    const { prefix } = this.#client.location;
    if (folder === ".") return prefix === "" ? "" : `${prefix}/`;
    return `${this.#key(folder)}/`;
  }
}

function lengthOf({ status, headers }: S3Answer): number | undefined {
  const length = headers.get("Content-Length");
  return status === 404 || length === null || !/^\d+$/.test(length) ? undefined : Number(length);
}

/** The bytes of pieces in parts of one size; the last one may be shorter. */
async function* inParts(pieces: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array, undefined> {
  let part = new Uint8Array(size);
  let filled = 0;
  for await (const piece of pieces) {
    for (let done = 0; done < piece.length; ) {
      const more = piece.subarray(done, done + size - filled);
      part.set(more, filled);
      filled += more.length;
      done += more.length;
      if (filled < size) continue;
      yield part;
      part = new Uint8Array(size);
      filled = 0;
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
  return undefined;
}
