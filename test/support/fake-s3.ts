// An object store in memory, as far as massgrid asks for one; signatures are made again by Amazon's description of version 4, apart from the
// package that signs.
import { createHash, createHmac } from "node:crypto";
import type { Answer, Asked } from "./faulty-server.ts";

export const keys = { id: "AKIATESTONLY", secret: "secret/of+the=tests", token: "token/of+the=tests" };

interface Stored {
  body: Buffer;
  metadata: Record<string, string>;
}

interface Upload {
  key: string;
  metadata: Record<string, string>;
  parts: Map<number, Buffer>;
}

export class FakeS3 {
  readonly objects = new Map<string, Stored>();
  readonly uploads = new Map<string, Upload>();
  /** Names of a page of a list. */
  page = 1000;
  readonly #bucket: string;

  constructor(bucket = "bucket") {
    this.#bucket = bucket;
  }

  /** Bytes of all objects below a prefix, by the rest of their names, in order. */
  below(prefix: string): Map<string, Uint8Array> {
    const own = [...this.objects].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
    return new Map(own.map(([key, { body }]) => [key.slice(prefix.length), new Uint8Array(body)]));
  }

  readonly answer = (asked: Asked): Answer => {
    const { pathname, searchParams } = new URL(asked.url, "http://server");
    const fault = signatureFault(asked, searchParams);
    if (fault) return refused(403, fault, `<SignatureProvided>${asked.headers.authorization}</SignatureProvided>`);
    const [, bucket, ...rest] = pathname.split("/").map(decodeURIComponent);
    if (bucket !== this.#bucket) return refused(404, "NoSuchBucket");
    const key = rest.join("/");
    if (key === "") return this.#list(searchParams);
    const id = searchParams.get("uploadId");
    if (searchParams.has("uploads") || id !== null)
      return this.#multipart(asked, key, { id, part: Number(searchParams.get("partNumber")) });
    return this.#object(asked, key);
  };

  #object({ method, headers, body }: Asked, key: string): Answer {
    if (method === "PUT") this.objects.set(key, { body, metadata: metadataOf(headers) });
    if (method === "DELETE") this.objects.delete(key);
    if (method === "DELETE") return { status: 204 };
    const found = this.objects.get(key);
    if (!found) return refused(404, "NoSuchKey");
    if (method === "PUT") return { status: 200, headers: { etag: tagOf(body) } };
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
    if (first !== undefined && Number(first) >= found.body.length) return refused(416, "InvalidRange");
    const part = first === undefined ? found.body : found.body.subarray(Number(first), Number(last) + 1);
    const told = { ...found.metadata, "content-length": String(part.length) };
    return { status: first === undefined ? 200 : 206, headers: told, body: part };
  }

  #multipart({ method, headers, body }: Asked, key: string, { id, part }: { id: string | null; part: number }): Answer {
    if (id === null) {
      const made = `upload-${this.uploads.size}/+`;
      this.uploads.set(made, { key, metadata: metadataOf(headers), parts: new Map() });
      return { status: 200, body: `<InitiateMultipartUploadResult><UploadId>${made}</UploadId></InitiateMultipartUploadResult>` };
    }
    const upload = this.uploads.get(id);
    if (!upload) return refused(404, "NoSuchUpload");
    if (method === "PUT") upload.parts.set(part, body);
    if (method === "PUT") return { status: 200, headers: { etag: tagOf(body) } };
    this.uploads.delete(id);
    if (method === "DELETE") return { status: 204 };
    const listed = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>&quot;(\w+)&quot;<\/ETag>/g)];
    const parts = listed.map(([, number, tag]) => {
      const bytes = upload.parts.get(Number(number));
      if (!bytes || tagOf(bytes) !== `"${tag}"`) throw new Error("a part that was not put");
      return bytes;
    });
    this.objects.set(key, { body: Buffer.concat(parts), metadata: upload.metadata });
    return { status: 200, body: "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>" };
  }

  #list(query: URLSearchParams): Answer {
    const [prefix, after] = [query.get("prefix") ?? "", query.get("continuation-token") ?? ""];
    const names = [...this.objects.keys()].filter((key) => key.startsWith(prefix));
    const cut = (key: string) => {
      const end = query.has("delimiter") ? key.indexOf("/", prefix.length) : -1;
      return end < 0 ? key : key.slice(0, end + 1);
    };
    const all = [...new Set(names.map(cut))].sort().filter((name) => name > after);
    const page = all.slice(0, Math.min(this.page, Number(query.get("max-keys") ?? this.page)));
    const entries = page.map((name) =>
      query.has("delimiter") && name.endsWith("/") && name !== prefix
        ? `<CommonPrefixes><Prefix>${escaped(name)}</Prefix></CommonPrefixes>`
        : `<Contents><Key>${escaped(name)}</Key><Size>1</Size></Contents>`,
    );
    const more = page.length < all.length;
    const next = more ? `<NextContinuationToken>${escaped(page.at(-1) ?? "")}</NextContinuationToken>` : "";
    const body = `<?xml version="1.0"?>\n<ListBucketResult xmlns="s3"><IsTruncated>${more}</IsTruncated>${next}${entries.join("")}</ListBucketResult>`;
    return { status: 200, body };
  }
}

function refused(status: number, code: string, more = ""): Answer {
  return { status, body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>of ${keys.id}</Message>${more}</Error>` };
}

function metadataOf(headers: Asked["headers"]): Record<string, string> {
  const own = Object.entries(headers).filter(([name]) => name.startsWith("x-amz-meta-"));
  return Object.fromEntries(own.map(([name, value]) => [name, String(value)]));
}

/** As servers in Go write it. */
function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function tagOf(body: Buffer): string {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}

function strictly(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** What is wrong with the signature of a request, as a code of S3; undefined if nothing is. */
function signatureFault({ method, url, headers, body }: Asked, query: URLSearchParams): string | undefined {
  const form = /^AWS4-HMAC-SHA256 Credential=(\w+)\/((\d{8})\/([\w-]+)\/s3\/aws4_request), SignedHeaders=([\w;-]+), Signature=(\w+)$/;
  const [, id, scope, day, region, names, signature] = form.exec(headers.authorization ?? "") ?? [];
  if (id !== keys.id) return "InvalidAccessKeyId";
  if (headers["x-amz-security-token"] !== undefined && headers["x-amz-security-token"] !== keys.token) return "InvalidToken";
  const sha256 = (text: string | Buffer) => createHash("sha256").update(text).digest("hex");
  if (headers["x-amz-content-sha256"] !== sha256(body)) return "XAmzContentSHA256Mismatch";
  const path = url.split("?")[0].split("/").map(decodeURIComponent).map(strictly).join("/");
  const search = [...query].map(([name, value]) => `${strictly(name)}=${strictly(value)}`).sort();
  const signed = names.split(";").map((name) => `${name}:${String(headers[name])}\n`);
  const canonical = [method, path, search.join("&"), signed.join(""), names, headers["x-amz-content-sha256"]].join("\n");
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const key = ["s3", "aws4_request"].reduce<Buffer>(hmac, hmac(hmac(`AWS4${keys.secret}`, day), region));
  const expected = hmac(key, ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(canonical)].join("\n")).toString("hex");
  return expected === signature ? undefined : "SignatureDoesNotMatch";
}
