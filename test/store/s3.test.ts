// A store in a bucket, of a server of this process: requests, what is tried again, what is refused, and that no key is told.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { AwsV4Signer } from "aws4fetch";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { randomFrom } from "../../bench/support/damage.mjs";
import { finishSweep, gridSearch, MassgridError, openSweep, resumeSweep, runShards, sweepStatus, verifySweep } from "../../src/index.ts";
import { nodeHost } from "../../src/platform/node-host.ts";
import { openDisk } from "../../src/store/disk/open-disk.ts";
import { type Patience, S3Client } from "../../src/store/disk/s3-client.ts";
import { S3Folder } from "../../src/store/disk/s3-folder.ts";
import { s3Location, s3Settings } from "../../src/store/disk/s3-location.ts";
import { FakeS3, keys } from "../support/fake-s3.ts";
import { type Fault, type FaultyServer, faultyServer } from "../support/faulty-server.ts";
import { folderFor } from "../support/folder.ts";
import { filesIn, over, ownNoise } from "../support/stores.ts";
import { bits } from "../support/sweep.ts";

const folder = folderFor("s3");
const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);
const bytesOf = (value: string) => new TextEncoder().encode(value);

let fake: FakeS3;
let server: FaultyServer;
/** What happens to a request that would be an answer otherwise. */
let faultOf: (asked: { method: string; url: string }) => Fault | undefined = () => undefined;
beforeAll(async () => {
  fake = new FakeS3();
  server = await faultyServer(
    (asked) => fake.answer(asked),
    (asked) => faultOf(asked),
  );
});
afterAll(() => server.close());
afterEach(() => {
  faultOf = () => undefined;
  fake.objects.clear();
  fake.page = 1000;
  server.asked.length = 0;
  server.faults.length = 0;
});

const variables = () => ({
  AWS_ENDPOINT_URL: server.url,
  AWS_ACCESS_KEY_ID: keys.id,
  AWS_SECRET_ACCESS_KEY: keys.secret,
  AWS_SESSION_TOKEN: keys.token,
});
const quick: Partial<Patience> = { wait: 1, longest: 4, silence: 100 };

function folderAt(
  url: string,
  { part, ...patience }: Partial<Patience> & { part?: number } = {},
  changes: Record<string, string> = {},
): S3Folder {
  const location = s3Location(url);
  const settings = s3Settings(location, { ...variables(), ...changes });
  const client = new S3Client(location, settings, { signer: AwsV4Signer, patience: { ...quick, ...patience } });
  return new S3Folder(client, nodeHost(), part);
}

/** All that errors have told in this file. */
const told: string[] = [];
async function failure(work: Promise<unknown> | (() => unknown)): Promise<MassgridError> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    told.push(inspect(error, { depth: 20, showHidden: true }), String(error), error instanceof MassgridError ? error.explain() : "");
    if (error instanceof MassgridError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("store s3: verbs", () => {
  // Of these, keys of Amazon's own, URLs and XML escape different ones.
  test.each(["a/b", "sp ace/it's (ü) & <b>+&=?#%25*!~", "日本/\u{1f9e0}", ""])("below the prefix %j", async (prefix) => {
    const store = folderAt(`s3://bucket/${prefix}`);
    expect([await store.list("."), await store.size("x"), await store.get("x")]).toEqual([[], undefined, undefined]);
    await store.put("x/y.json", bytesOf("hello"));
    await store.put("x/y.json", bytesOf("hello"));
    await store.put("empty", new Uint8Array(0));
    expect([await store.size("x/y.json"), await store.size("empty"), await store.size("x")]).toEqual([5, 0, undefined]);
    expect([text(await store.get("x/y.json")), text(await store.get("empty")), await store.get("x")]).toEqual(["hello", "", undefined]);
    expect(text(await store.getRange("x/y.json", { first: 1, bytes: 3 }))).toBe("ell");
    expect(text(await store.getRange("x/y.json", { first: 5, bytes: 3 }))).toBe("");
    expect([await store.list("."), await store.list("x"), await store.list("none")]).toEqual([["empty", "x"], ["y.json"], []]);
    expect([...fake.objects.keys()].sort()).toEqual(["empty", "x/y.json"].map((name) => (prefix === "" ? name : `${prefix}/${name}`)));
    await store.remove("x");
    await store.remove("none");
    expect(await store.list(".")).toEqual(["empty"]);
  });

  test("a list of several pages is whole, and so is the removal of what is in it", async () => {
    const store = folderAt("s3://bucket/p");
    fake.page = 7;
    const names = Array.from({ length: 40 }, (_, i) => `n${String(i).padStart(2, "0")}`);
    for (const name of names) await store.put(`many/${name}`, bytesOf(name));
    await store.put("many/folder/x", bytesOf("x"));
    await store.put("manymore", bytesOf("kept"));
    expect(await store.list("many")).toEqual(["folder", ...names]);
    await store.remove("many");
    expect([...fake.objects.keys()]).toEqual(["p/manymore"]);
  });

  test("what a tool puts for an empty folder is no file of the store", async () => {
    const store = folderAt("s3://bucket/p");
    fake.objects.set("p/", { body: Buffer.alloc(0), metadata: {} });
    await store.put("a", bytesOf("a"));
    expect(await store.list(".")).toEqual(["a"]);
  });

  test("bytes that are many, or come in pieces, are put in parts of one size, and appear at the end or not at all", async () => {
    const random = randomFrom(11);
    const large = Uint8Array.from({ length: 1000 }, () => random(256));
    for (const [length, puts] of [
      [0, 1],
      [63, 1],
      [64, 1],
      [65, 2],
      [1000, 16],
    ] as const) {
      const store = folderAt("s3://bucket/p", { part: 64 });
      server.asked.length = 0;
      await store.putPieces("pieces", async function* () {
        for (let i = 0; i < length; i += 7) yield large.subarray(i, Math.min(length, i + 7));
      });
      expect(await store.get("pieces")).toEqual(large.slice(0, length));
      expect(server.asked.filter((asked) => asked.startsWith("PUT"))).toHaveLength(puts);
      await store.put("whole", large.subarray(0, length));
      expect(await store.get("whole")).toEqual(large.slice(0, length));
      expect(fake.uploads.size).toBe(0);
    }
  });

  test("pieces that fail leave what was there, and no part", async () => {
    const store = folderAt("s3://bucket/p", { part: 64 });
    await store.put("file", bytesOf("before"));
    const broken = async function* () {
      yield new Uint8Array(200);
      throw new RangeError("no more");
    };
    await expect(store.putPieces("file", broken)).rejects.toThrow(new RangeError("no more"));
    expect([text(await store.get("file")), fake.uploads.size]).toEqual(["before", 0]);
  });
});

describe("store s3: tries", () => {
  test("a request that fails is made again, whatever the fault; a lost answer changes nothing", async () => {
    const store = folderAt("s3://bucket/p", { part: 64 });
    const large = new Uint8Array(300).fill(7);
    for (const fault of ["reset", "lost", "cut", "short", "late", 500, 503, 429, 408] as const) {
      let left = 3;
      faultOf = () => (left-- > 0 ? fault : undefined);
      await store.put("a", bytesOf("hello"));
      left = 3;
      expect(text(await store.get("a"))).toBe("hello");
      left = 3;
      expect(await store.list(".")).toEqual(["a"]);
      left = 3;
      expect(await store.size("a")).toBe(5);
      for (const first of [0, 1, 2, 3, 6]) {
        let asked = 0;
        faultOf = () => (asked++ === first ? fault : undefined);
        await store.put("large", large);
        expect(await store.get("large")).toEqual(large);
      }
      let asked = 0;
      faultOf = () => (asked++ % 2 === 0 ? fault : undefined);
      await store.remove(".");
      expect([...fake.objects.keys()]).toEqual([]);
      // Nobody knows an upload of which the id was lost; rules of a bucket remove such.
      if (typeof fault === "number" || fault === "reset") expect(fake.uploads.size).toBe(0);
      fake.uploads.clear();
    }
  });

  test("tries are limited, and the error says what was tried", async () => {
    const store = folderAt("s3://bucket/p");
    await store.put("a", bytesOf("a"));
    server.asked.length = 0;
    let asked = 0;
    faultOf = () => [503, "reset", "late"][asked++ % 3] as Fault;
    const error = await failure(store.get("a"));
    expect(error.code).toBe("E_IO");
    expect(error.message).toMatch(
      /^E_IO: s3:\/\/bucket\/p\/a cannot be read: GET was tried 10 times in \d+\.\d s: 503 \(4 times\), (?:UND_ERR_SOCKET|ECONNRESET) \(3 times\), no byte for 0\.1 s \(3 times\); what is finished is kept: resume when it can/,
    );
    expect(server.asked).toHaveLength(10);
  });

  test("an address at which nobody has answered yet is tried less often", async () => {
    const store = folderAt("s3://bucket/p", {}, { AWS_ENDPOINT_URL: "http://127.0.0.1:9" });
    const error = await failure(store.size("a"));
    expect(error.message).toMatch(/^E_IO: s3:\/\/bucket\/p\/a cannot be read: HEAD was tried 5 times in \d+\.\d s: \S.* \(5 times\)/);
  });

  test("waits double up to a limit", async () => {
    const store = folderAt("s3://bucket/p", { wait: 40, longest: 100, tries: 5 });
    await store.put("a", bytesOf("a"));
    faultOf = () => 503;
    const [, seconds] = / in (\d+\.\d) s: /.exec((await failure(store.get("a"))).message) ?? [];
    // At least half of 40, 80, 100 and 100 ms.
    expect(Number(seconds)).toBeGreaterThanOrEqual(0.2);
  });

  test("bytes that are not those that were put are asked for again", async () => {
    const store = folderAt("s3://bucket/p");
    await store.put("a", bytesOf("hello"));
    const object = fake.objects.get("p/a");
    if (object) object.body = Buffer.from("jello");
    const error = await failure(store.get("a"));
    expect(error.message).toMatch(/E_IO: .*: an answer with other bytes than were put \(10 times\)/);
  });
});

describe("store s3: refusals", () => {
  test.each([
    ["keys", { AWS_SECRET_ACCESS_KEY: "another+secret" }, "bucket", "403 SignatureDoesNotMatch: AWS_SECRET_ACCESS_KEY is not that"],
    ["ids", { AWS_ACCESS_KEY_ID: "AKIAANOTHER" }, "bucket", "403 InvalidAccessKeyId: AWS_ACCESS_KEY_ID is not known there"],
    ["sessions", { AWS_SESSION_TOKEN: "another+token" }, "bucket", "403 InvalidToken: AWS_SESSION_TOKEN is not known there"],
    ["buckets", {}, "another-bucket", "404 NoSuchBucket: there is no such bucket"],
  ])("of other %s is told at once", async (_what, changes, bucket, message) => {
    const store = folderAt(`s3://${bucket}/p`, {}, changes);
    for (const work of [() => store.list("."), () => store.put("a", bytesOf("a")), () => store.get("a"), () => store.remove("a")]) {
      server.asked.length = 0;
      const error = await failure(work());
      expect([error.code, server.asked.length]).toEqual(["E_S3_REFUSED", 1]);
      expect(error.message).toContain(message);
    }
    // An answer to HEAD has no text.
    expect(await failure(store.size("a"))).toMatchObject({ code: "E_S3_REFUSED" });
  });

  test.each([
    [301, "E_S3_REFUSED", "GET was answered by 301: the bucket is in another region: set AWS_REGION"],
    [405, "E_S3_REFUSED", "GET was answered by 405"],
    [501, "E_S3_REFUSED", "GET was answered by 501"],
    [507, "E_DISK_FULL", "the object store is full: 507"],
  ])("the status %i is %s", async (status, code, message) => {
    faultOf = () => status;
    const error = await failure(folderAt("s3://bucket/p").get("a"));
    expect([error.code, server.asked.length]).toEqual([code, 1]);
    expect(error.message).toContain(message);
  });

  test("URLs that name no bucket are refused, and a password in one is not told", async () => {
    for (const [url, message] of [
      ["gs://bucket/p", "gs://… is no store: it is a directory, or s3://bucket/prefix; other object stores speak S3 too"],
      ["S3://bucket/p", "write s3:// in small letters"],
      ["https://user:pass-word@host/p", "https://… is no store"],
      ["s3://id:pass-word@bucket/p", "a store's URL is s3://bucket/prefix, without keys"],
      ["s3://", "a bucket's name has"],
      ["s3:///p", "a bucket's name has"],
      ["s3://my bucket/p", "a bucket's name has"],
      ["s3://bucket/a//b", "its prefix has an empty part"],
      ["s3://bucket/a/../b", 'its prefix has a part ".."'],
      ["s3://bucket/a\nb", "its prefix has characters that are not seen"],
      [`s3://bucket/${"x".repeat(1000)}`, "its prefix has 1000 bytes, and 864 are the most"],
    ]) {
      const error = await failure(() => openDisk(url, { ...nodeHost(), variables: variables() }));
      expect(error.message).toContain(`E_STORE_URL: `);
      expect(error.message).toContain(message);
      expect(told.slice(-3).join()).not.toContain("pass-word");
    }
    const at = (path: string) => openDisk(path, { ...nodeHost(), variables: {} }).local?.location;
    expect([at(join(folder, "a:b")), at("C://x")]).not.toContain(undefined);
    expect(s3Location("s3://bucket/a/b/")).toEqual({ url: "s3://bucket/a/b", bucket: "bucket", prefix: "a/b" });
  });

  test("settings that are missing or wrong are told by their names, not by their values", async () => {
    for (const [changes, message] of [
      [{ AWS_ACCESS_KEY_ID: "" }, "needs variables of the environment that are not set: AWS_ACCESS_KEY_ID;"],
      [
        { AWS_SECRET_ACCESS_KEY: undefined, AWS_ENDPOINT_URL: undefined },
        "not set: AWS_SECRET_ACCESS_KEY, AWS_REGION (or AWS_ENDPOINT_URL",
      ],
      [{ AWS_SECRET_ACCESS_KEY: `${keys.secret}\n` }, "AWS_SECRET_ACCESS_KEY has a space, a line break"],
      [{ AWS_SESSION_TOKEN: "tök" }, "AWS_SESSION_TOKEN has a space, a line break or another character"],
      [{ AWS_ENDPOINT_URL: `http://me:${keys.secret}@host` }, "AWS_ENDPOINT_URL is no URL of a server"],
      [{ AWS_ENDPOINT_URL: "minio:9000" }, "AWS_ENDPOINT_URL is no URL of a server"],
      [{ AWS_REGION: "eu central" }, "AWS_REGION is eu central, which is no region"],
    ] as const) {
      const error = await failure(() => openDisk("s3://bucket/p", { ...nodeHost(), variables: { ...variables(), ...changes } }));
      expect(error.code).toBe("E_S3_SETTINGS");
      expect(error.message).toContain(message);
    }
    const error = await failure(() => openDisk("s3://bucket/p", { ...nodeHost(), variables: variables(), installed: () => undefined }));
    expect(error.message).toMatch(/^E_S3_PACKAGE: s3:\/\/ needs the package aws4fetch, which is not installed: npm install aws4fetch/);
  });

  test("requests go to Amazon's host of the region, or below the endpoint", () => {
    const given = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
    const url = (bucket: string, more: Record<string, string>) =>
      s3Settings(s3Location(`s3://${bucket}/p`), { ...given, ...more }).bucketUrl;
    expect(url("bucket", { AWS_REGION: "eu-central-1" })).toBe("https://bucket.s3.eu-central-1.amazonaws.com");
    expect(url("my.bucket", { AWS_DEFAULT_REGION: "eu-central-1" })).toBe("https://s3.eu-central-1.amazonaws.com/my.bucket");
    expect(url("bucket", { AWS_REGION: "cn-north-1" })).toBe("https://bucket.s3.cn-north-1.amazonaws.com.cn");
    expect(url("bucket", { AWS_ENDPOINT_URL: "http://a/", AWS_ENDPOINT_URL_S3: "https://b:9000/s3/" })).toBe("https://b:9000/s3/bucket");
  });
});

describe("store s3: sweeps", () => {
  const sweep = { ...over(200, { inputs: ownNoise }) };
  const at = (directory: string) => ({ ...sweep, store: { directory, format: "arrow" as const, shardPoints: 64 } });
  const expected = new Map<string, Uint8Array>();
  const before = new Map(
    [
      "AWS_ENDPOINT_URL_S3",
      "AWS_REGION",
      ...Object.keys({ AWS_ENDPOINT_URL: 0, AWS_ACCESS_KEY_ID: 0, AWS_SECRET_ACCESS_KEY: 0, AWS_SESSION_TOKEN: 0 }),
    ].map((name) => [name, process.env[name]]),
  );
  beforeAll(async () => {
    for (const name of before.keys()) delete process.env[name];
    Object.assign(process.env, variables());
    const { directory } = (await gridSearch(at(join(folder, "local")))).store;
    for (const file of filesIn(directory)) expected.set(file, new Uint8Array(readFileSync(join(directory, file))));
  });
  afterAll(() => {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });

  test("gridSearch leaves the files of a directory, which openSweep and verifySweep read", async () => {
    const url = "s3://bucket/of/one";
    const { store: made } = await gridSearch(at(url));
    expect(fake.below("of/one/")).toEqual(expected);
    expect([made.directory, made.complete]).toEqual([url, true]);
    const [local, stored] = [await openSweep(join(folder, "local")), await openSweep(url)];
    expect(bits(await stored.trace("JRC2_150", "V_pce"))).toEqual(bits(await local.trace("JRC2_150", "V_pce")));
    expect(await verifySweep(url)).toMatchObject({ ok: true, complete: true });
    expect(await sweepStatus(url)).toMatchObject({ complete: true, done: 200, directory: url });
    expect((await resumeSweep(url)).complete).toBe(true);
    expect(fake.below("of/one/")).toEqual(expected);
    expect(await failure(gridSearch(at(url)))).toMatchObject({ code: "E_STORE_EXISTS" });
    const larger = { paramGrid: { C: Array.from({ length: 300 }, (_, i) => 68 + i) }, extend: true };
    expect(await failure(resumeSweep(url, larger))).toMatchObject({ code: "E_STORE_LOCAL" });
    expect(fake.below("of/one/")).toEqual(expected);
    fake.objects.delete("of/one/traces/000002.arrow");
    expect(await verifySweep(url)).toMatchObject({ ok: false });
    await resumeSweep(url);
    expect(fake.below("of/one/")).toEqual(expected);
  });

  test("parts by several at once, with every fault of a network, end with the same files", async () => {
    const url = "s3://bucket/of/three";
    const kinds: Fault[] = ["reset", "lost", "cut", "short", 500, 503, 429];
    let asked = 0;
    faultOf = () => (++asked % 9 === 0 ? kinds[(asked / 9) % kinds.length] : undefined);
    await Promise.all(["0/3", "1/3", "2/3", "0/1"].map((shards) => runShards(at(url), { shards })));
    expect(await sweepStatus(url)).toMatchObject({ complete: false, shardsDone: 4, done: 200, missing: [] });
    await finishSweep(url);
    faultOf = () => undefined;
    expect(fake.below("of/three/")).toEqual(expected);
    expect(new Set(server.faults)).toEqual(new Set(kinds));
  }, 120_000);

  test("a server that is lost for long ends the run, and the same call goes on", async () => {
    const url = "s3://bucket/of/lost";
    let puts = 0;
    faultOf = ({ method, url: path }) => (method === "PUT" && path.includes("/map/") && ++puts > 1 ? 403 : undefined);
    const error = await failure(runShards(at(url)));
    expect(error.code).toBe("E_S3_REFUSED");
    faultOf = () => undefined;
    const { computed, present } = await runShards(at(url));
    expect([computed.length + present.length, present.length > 0]).toEqual([4, true]);
    await finishSweep(url);
    expect(fake.below("of/lost/")).toEqual(expected);
  });
});

test("store s3: no key, token or signature is in an error, in a store, or in what is kept of one", async () => {
  const host = { ...nodeHost(), variables: variables() };
  const disk = openDisk("s3://bucket/p", host);
  await disk.storage.put("a", bytesOf("a"));
  const all = [...told, inspect(disk.storage, { depth: 20, showHidden: true }), JSON.stringify(disk.storage), ...server.asked];
  expect(told.length).toBeGreaterThan(60);
  const hidden = [
    keys.secret,
    keys.token,
    keys.id,
    "another+secret",
    "another+token",
    "AKIAANOTHER",
    "Signature=",
    "SignatureProvided",
    "Credential=",
  ];
  expect(hidden.filter((value) => all.some((one) => one.includes(value)))).toEqual([]);
});
