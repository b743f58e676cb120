import { type Data, makeData } from "apache-arrow/data";
import { Field, Schema } from "apache-arrow/schema";
import { Table } from "apache-arrow/table";
import { type DataType, FixedSizeBinary, Float64, Int32, List } from "apache-arrow/type";
import { countOf, type Numbers } from "../../sweep/selection.ts";
import { batch } from "../../table/arrow.ts";
import { formats } from "./formats.ts";
import { LIST_SHARDS, type Manifest, partFile, type ShardEntry, shardFault, traceFile } from "./manifest-schema.ts";

// The shards of a complete sweep, some thousand a file, so that none of those who read them holds them all. A row a shard: its points (the first and
// how many there are, or all of them where they do not follow one another), its job, and bytes and hash of its files. Names of files and numbers of
// rows follow from these.

const HASH_BYTES = 32;
const ITEM = new Field("item", new Float64(), false);
const names = {
  first: "first",
  count: "count",
  job: "job",
  traceBytes: "traceBytes",
  traceHash: "traceSha256",
  mapBytes: "mapBytes",
  mapHash: "mapSha256",
  points: "points",
};

/** The bytes of the list of some shards that follow one another. */
export async function encodeList(entries: readonly ShardEntry[]): Promise<Uint8Array> {
  const length = entries.length;
  const numbers = (sizeOf: (entry: ShardEntry) => number) =>
    makeData({ type: new Float64(), length, nullCount: 0, data: Float64Array.from(entries, sizeOf) });
  const hashes = (hashOf: (entry: ShardEntry) => string | undefined) => {
    const data = new Uint8Array(length * HASH_BYTES);
    entries.forEach((entry, i) => {
      data.set(bytesOfHex(hashOf(entry) ?? ""), i * HASH_BYTES);
    });
    return makeData({ type: new FixedSizeBinary(HASH_BYTES), length, nullCount: 0, data });
  };
  const columns: Record<string, Data<DataType>> = {
    [names.first]: numbers(({ points }) => ("first" in points ? points.first : (points[0] ?? 0))),
    [names.count]: numbers(({ points }) => countOf(points)),
    [names.job]: makeData({ type: new Int32(), length, nullCount: 0, data: Int32Array.from(entries, ({ job }) => job) }),
    [names.mapBytes]: numbers(({ map }) => map.bytes),
    [names.mapHash]: hashes(({ map }) => map.sha256),
    ...(entries.some(({ traces }) => traces)
      ? { [names.traceBytes]: numbers(({ traces }) => traces?.bytes ?? 0), [names.traceHash]: hashes(({ traces }) => traces?.sha256) }
      : {}),
    ...(entries.every(({ points }) => "first" in points) ? {} : { [names.points]: listsOf(entries) }),
  };
  const fields = Object.entries(columns).map(([name, { type }]) => new Field(name, type, false));
  const schema = new Schema(fields);
  return await formats.arrow.encode(new Table(schema, [batch(schema, fields, length, Object.values(columns))]));
}

/** The points of shards that do not follow one another; none of others. */
function listsOf(entries: readonly ShardEntry[]): Data<DataType> {
  const valueOffsets = new Int32Array(entries.length + 1);
  const lists = entries.map(({ points }) => ("first" in points ? [] : points));
  lists.forEach((list, i) => {
    valueOffsets[i + 1] = valueOffsets[i] + list.length;
  });
  const values = new Float64Array(valueOffsets[entries.length]);
  lists.forEach((list, i) => {
    values.set(list, valueOffsets[i]);
  });
  const child = makeData({ type: new Float64(), length: values.length, nullCount: 0, data: values });
  return makeData({ type: new List(ITEM), length: entries.length, nullCount: 0, valueOffsets, child });
}

/**
 * The shards of a list whose first shard has number `first`; undefined where it is none of the sweep's. Its author is not trusted: each entry is
 * one that the manifest allows.
 */
export async function decodeList(bytes: Uint8Array, manifest: Manifest, first: number): Promise<ShardEntry[] | undefined> {
  const table = await formats.arrow.decode(bytes);
  const expected = Math.min(LIST_SHARDS, manifest.shardCount - first);
  const data = (name: string): Data | undefined => table.getChild(name)?.data[0];
  const numbers = (name: string) => {
    const values: unknown = data(name)?.values;
    return values instanceof Float64Array || values instanceof Int32Array ? values : undefined;
  };
  const hashes = (name: string) => {
    const values: unknown = data(name)?.values;
    return values instanceof Uint8Array && values.length >= expected * HASH_BYTES ? values : undefined;
  };
  const [from, count, job, mapBytes, mapHash] = [
    numbers(names.first),
    numbers(names.count),
    numbers(names.job),
    numbers(names.mapBytes),
    hashes(names.mapHash),
  ];
  if (table.numRows !== expected || table.batches.length > 1 || !from || !count || !job || !mapBytes || !mapHash) return undefined;
  const [traceBytes, traceHash, lists] = [numbers(names.traceBytes), hashes(names.traceHash), data(names.points)];
  const entries = Array.from({ length: expected }, (_, i): ShardEntry => {
    const index = first + i;
    const listed = lists && listIn(lists, i);
    const points: Numbers = listed && listed.length > 0 ? listed : { first: from[i], count: count[i] };
    const traces =
      traceBytes && traceHash ? { file: traceFile(manifest.format, index), bytes: traceBytes[i], sha256: hexOf(traceHash, i) } : null;
    const rows = traces ? countOf(points) * manifest.clock.sampleCount : 0;
    return { points, job: job[i], rows, traces, map: { file: partFile(index), bytes: mapBytes[i], sha256: hexOf(mapHash, i) } };
  });
  const areSizes = entries.every(({ points, traces, map }) => {
    const all = [map.bytes, traces?.bytes ?? 0, ...("first" in points ? [points.first, points.count] : points)];
    return all.every((value) => Number.isSafeInteger(value) && value >= 0);
  });
  return areSizes && entries.every((entry, i) => !shardFault(manifest, entry, first + i)) ? entries : undefined;
}

function listIn({ valueOffsets, children: [child] }: Data, row: number): number[] {
  const offsets: Int32Array = valueOffsets;
  const values: unknown = child?.values;
  return values instanceof Float64Array ? Array.from(values.subarray(offsets[row], offsets[row + 1])) : [];
}

/** How each byte is written. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const BYTES = new Map(HEX.map((text, byte) => [text, byte]));

function bytesOfHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = BYTES.get(text.slice(2 * i, 2 * i + 2)) ?? 0;
  return bytes;
}

function hexOf(bytes: Uint8Array, row: number): string {
  let text = "";
  for (let i = row * HASH_BYTES; i < (row + 1) * HASH_BYTES; i++) text += HEX[bytes[i]];
  return text;
}
