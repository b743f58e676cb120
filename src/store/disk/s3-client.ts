import type { AwsV4Signer } from "aws4fetch";
import { sanitize } from "../../errors.ts";
import { storeError } from "../errors.ts";
import { errorCode, full, passing, remedies } from "./s3-answers.ts";
import type { S3Location, S3Settings } from "./s3-location.ts";

/** How long, and how often, a request is tried. Times are in ms. */
export interface Patience {
  /** Tries of a request once the server has answered any; before that, as an address may be wrong. */
  tries: number;
  firstTries: number;
  /** The longest wait before the second try; it doubles with each try, up to `longest`. */
  wait: number;
  longest: number;
  /** For how long no byte may come; a request with a body has as much longer as it takes at `slowest` bytes/ms. */
  silence: number;
  slowest: number;
}

const PATIENCE: Patience = { tries: 10, firstTries: 5, wait: 200, longest: 10_000, silence: 30_000, slowest: 100 };

export interface S3Request {
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Name of an object; "" is the bucket. */
  key: string;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  /** With the hash of its bytes. */
  body?: { bytes: Uint8Array; sha256: string };
  /** Statuses that are answers besides 200; all others are faults. */
  accepted?: readonly number[];
  /** What is wrong with an answer of 200: it is asked for again. */
  check?: (answer: S3Answer) => Promise<string | undefined> | string | undefined;
}

export interface S3Answer {
  status: number;
  headers: Headers;
  bytes: Uint8Array;
}

/** Why a try has failed, and whether another one may do better; seconds that the server asks to wait. */
interface Fault {
  fault: string;
  isFinal: boolean;
  retryAfter?: number | undefined;
  code?: string | undefined;
}

/** Requests to a bucket: signed, and tried again where a server or the network fails. No key or signature is in what is thrown. */
export class S3Client {
  readonly location: S3Location;
  readonly #settings: S3Settings;
  readonly #patience: Patience;
  readonly #signer: typeof AwsV4Signer;
  /** Keys that are derived for a day. */
  readonly #cache = new Map<string, ArrayBuffer>();
  #hasAnswered = false;

  constructor(
    location: S3Location,
    settings: S3Settings,
    { signer, patience = {} }: { signer: typeof AwsV4Signer; patience?: Partial<Patience> | undefined },
  ) {
    this.location = location;
    this.#settings = settings;
    this.#signer = signer;
    this.#patience = { ...PATIENCE, ...patience };
  }

  /** Does a request; `what` is how its error begins, such as "s3://bucket/a cannot be read". Throws E_IO, E_DISK_FULL or E_S3_REFUSED. */
  async request(what: string, request: S3Request): Promise<S3Answer> {
    const faults: string[] = [];
    const begin = performance.now();
    for (;;) {
      const found = await this.#try(request);
      if (!("fault" in found)) return found;
      faults.push(found.fault);
      const most = this.#hasAnswered ? this.#patience.tries : this.#patience.firstTries;
      if (found.isFinal || faults.length >= most) throw this.#failed(what, { request, faults, last: found, ms: performance.now() - begin });
      await pause(this.#delay(faults.length, found.retryAfter));
    }
  }

  /** Between half of a time that doubles and all of it, so that processes that failed together do not come back together. */
  #delay(failures: number, retryAfter = 0): number {
    const { wait, longest } = this.#patience;
    const most = Math.min(longest, Math.max(wait * (1 << (failures - 1)), 1000 * retryAfter));
    const [random] = crypto.getRandomValues(new Uint8Array(1));
    return (most * (1 + random / 255)) / 2;
  }

  #failed(what: string, { request, faults, last, ms }: { request: S3Request; faults: readonly string[]; last: Fault; ms: number }): Error {
    if (full.includes(last.code ?? "") || last.code === "507")
      return storeError("E_DISK_FULL", `${what}: the object store is full: ${last.fault}; what is finished is kept: make room and resume`);
    if (last.isFinal) {
      const remedy = remedies[last.code ?? ""];
      return storeError(
        "E_S3_REFUSED",
        `${what}: ${request.method} was answered by ${last.fault}${remedy === undefined ? "" : `: ${remedy}`}`,
      );
    }
    const counts = new Map<string, number>();
    for (const fault of faults) counts.set(fault, (counts.get(fault) ?? 0) + 1);
    const told = Array.from(counts, ([fault, count]) => (count === 1 ? fault : `${fault} (${count} times)`)).join(", ");
    const times = faults.length === 1 ? "once" : `${faults.length} times`;
    const tried = `${request.method} was tried ${times} in ${(ms / 1000).toFixed(1)} s: ${told}`;
    return storeError("E_IO", `${what}: ${tried}; what is finished is kept: resume when it can`);
  }

  async #try(request: S3Request): Promise<S3Answer | Fault> {
    const { accepted = [], check } = request;
    const answer = await this.#send(request, await this.#signed(request));
    if ("fault" in answer) return answer;
    this.#hasAnswered = true;
    if (answer.status === 200) {
      const fault = await check?.(answer);
      return fault === undefined ? answer : { fault, isFinal: false };
    }
    const code = errorCode(textOf(answer.bytes));
    // A bucket that is missing is another thing than an object that is.
    return accepted.includes(answer.status) && code !== "NoSuchBucket" ? answer : faultOf(answer, code);
  }

  async #send({ method, body }: S3Request, { url, headers }: { url: string; headers: Headers }): Promise<S3Answer | Fault> {
    const { silence, slowest } = this.#patience;
    const watch = new Watch(silence, (body?.bytes.length ?? 0) / slowest);
    try {
      const sent = body ? { body: isPlain(body.bytes) ? body.bytes : new Uint8Array(body.bytes) } : {};
      const response = await fetch(url, { method, headers, ...sent, signal: watch.signal, redirect: "manual" });
      const bytes = method === "HEAD" ? new Uint8Array(0) : await bodyOf(response, watch);
      if (typeof bytes === "string") return { fault: bytes, isFinal: false };
      return { status: response.status, headers: response.headers, bytes };
    } catch (error) {
      // What fetch throws is not kept: it may tell of headers.
      return { fault: watch.signal.aborted ? `no byte for ${silence / 1000} s` : networkFault(error), isFinal: false };
    } finally {
      watch.end();
    }
  }

  /** The server refuses a body that does not match the hash that is signed. */
  async #signed({ method, key, query = {}, headers = {}, body }: S3Request): Promise<{ url: string; headers: Headers }> {
    const { bucketUrl, sessionToken, ...keys } = this.#settings;
    const search = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
    const path = key === "" ? "" : `/${key.split("/").map(encoded).join("/")}`;
    const url = `${bucketUrl}${path}${search.length > 0 ? `?${search.join("&")}` : ""}`;
    const signer = new this.#signer({
      method,
      url,
      headers: { ...headers, "X-Amz-Content-Sha256": body?.sha256 ?? EMPTY },
      ...keys,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      service: "s3",
      cache: this.#cache,
    });
    const signed = await signer.sign();
    // Bytes are asked for as they are; not signed, as some servers see another one than was sent.
    signed.headers.set("Accept-Encoding", "identity");
    return { url, headers: signed.headers };
  }
}

/** SHA-256 of nothing. */
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Text as a part of a URL: also those characters escaped that encodeURIComponent leaves and that are escaped where it is signed. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function faultOf({ status, headers }: S3Answer, code: string | undefined): Fault {
  const isPassing = (status >= 500 && status !== 501) || status === 429 || status === 408 || passing.includes(code ?? "");
  const isFull = status === 507 || full.includes(code ?? "");
  const retryAfter = Number(headers.get("Retry-After") ?? 0);
  const region = headers.get("x-amz-bucket-region") ?? "";
  const where = status >= 300 && status < 400 && /^[a-z0-9-]{1,64}$/.test(region) ? ` (the bucket is in ${region})` : "";
  return {
    fault: `${code === undefined ? status : `${status} ${sanitize(code)}`}${where}`,
    isFinal: isFull || !isPassing,
    retryAfter: Number.isFinite(retryAfter) ? retryAfter : 0,
    code: code ?? byStatus[status] ?? String(status),
  };
}

/** Codes of answers that have no text, as those of HEAD. */
const byStatus: Readonly<Record<number, string>> = { 301: "PermanentRedirect", 307: "TemporaryRedirect", 403: "AccessDenied" };

/** What fetch says of the network, by the code of the system alone. */
function networkFault(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if ("code" in at && typeof at.code === "string" && /^[A-Z][A-Z0-9_]{1,40}$/.test(at.code)) return at.code;
  return "a broken connection";
}

/** All bytes of an answer; what is wrong where some are missing. */
async function bodyOf({ body, headers }: Response, watch: Watch): Promise<Uint8Array | string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  if (body)
    for await (const piece of body) {
      watch.renew();
      pieces.push(piece);
      length += piece.length;
    }
  const told = headers.get("Content-Length");
  if (told !== null && Number(told) !== length) return `an answer of ${length} bytes instead of ${sanitize(told)}`;
  const bytes = new Uint8Array(length);
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return bytes;
}

/** Whether bytes are in memory that no other thread has, as fetch wants them. */
function isPlain(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Ends a request of which no byte has come for too long. */
class Watch {
  readonly #stop = new AbortController();
  readonly #silence: number;
  #timer: ReturnType<typeof setTimeout>;

  constructor(silence: number, more: number) {
    this.#silence = silence;
    this.#timer = setTimeout(() => this.#stop.abort(), silence + more);
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  renew(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#stop.abort(), this.#silence);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
