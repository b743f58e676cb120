import { CompressionType } from "apache-arrow/fb/compression-type";
import { AsyncByteQueue } from "apache-arrow/io/stream";
import { compressionRegistry } from "apache-arrow/ipc/compression/registry";
import { BufferRegion } from "apache-arrow/ipc/metadata/message";
import { tableFromIPC } from "apache-arrow/ipc/serialization";
import { RecordBatchFileWriter, RecordBatchStreamWriter } from "apache-arrow/ipc/writer";
import type { RecordBatch } from "apache-arrow/recordbatch";
import type { Schema } from "apache-arrow/schema";
import type { Table } from "apache-arrow/table";
import type { IpcCompression } from "../options/options.ts";
import { unzstd, zstd } from "../platform/environment.ts";
import { checkIPC } from "./check-ipc.ts";

/** How Arrow IPC is written: as a file, which is read from its end, or as a stream. */
export const ipcForms = ["file", "stream"] as const;
export type IpcForm = (typeof ipcForms)[number];

/** The length in front of each compressed buffer, and what stands there where it is as it was. */
const LENGTH_BYTES = 8;
const AS_IT_WAS = -1n;

type Encode = (bytes: Uint8Array) => Uint8Array;

/**
 * The body of a compressed message: before each buffer its length before compression, or -1 where compression would not make it shorter, in
 * 64 bits (Message.fbs, BodyCompression). Arrow's own writer puts the length after compression there, which only it can read
 * (findings/arrow-js-compressed-length.sh).
 */
function compressedBody(buffers: readonly ArrayBufferView[], encode: Encode) {
  let end = 0;
  const regions: BufferRegion[] = [];
  const parts: Uint8Array[] = [];
  for (const { buffer, byteOffset, byteLength } of buffers) {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    const encoded = byteLength === 0 ? bytes : encode(bytes);
    const isShorter = encoded.length < byteLength;
    const length = new Uint8Array(byteLength === 0 ? 0 : LENGTH_BYTES);
    if (byteLength > 0) new DataView(length.buffer).setBigInt64(0, isShorter ? BigInt(byteLength) : AS_IT_WAS, true);
    const kept = isShorter ? encoded : bytes;
    parts.push(length, kept);
    regions.push(new BufferRegion(end, length.length + kept.length));
    end += Math.ceil((length.length + kept.length) / 8) * 8;
  }
  return { byteLength: end, bufferRegions: regions, buffers: parts };
}

const zstdMessages = { compressionType: CompressionType.ZSTD };

class ZstdFileWriter extends RecordBatchFileWriter {
  readonly #encode = zstd();

  protected override _compressBodyBuffers(buffers: ArrayBufferView[]) {
    return compressedBody(buffers, this.#encode);
  }
}

class ZstdStreamWriter extends RecordBatchStreamWriter {
  readonly #encode = zstd();

  protected override _compressBodyBuffers(buffers: ArrayBufferView[]) {
    return compressedBody(buffers, this.#encode);
  }
}

function writerOf(form: IpcForm, compression: IpcCompression, options = {}) {
  if (compression === "none") return form === "file" ? new RecordBatchFileWriter(options) : new RecordBatchStreamWriter(options);
  const compressed = { ...options, ...zstdMessages };
  return form === "file" ? new ZstdFileWriter(compressed) : new ZstdStreamWriter(compressed);
}

/** What a writer has written. Arrow's own queue is read by a promise for each piece, and does not tell when a batch has no more of them. */
class Pieces extends AsyncByteQueue {
  #all: Uint8Array[] = [];

  override write(bytes: Uint8Array): void {
    if (bytes.byteLength > 0) this.#all.push(bytes);
  }

  taken(): Uint8Array[] {
    const all = this.#all;
    this.#all = [];
    return all;
  }
}

/** A table as Arrow IPC, piece by piece: views of its columns, which are not copied. Throws E_COMPRESSION where there is no zstd. */
export function ipcPieces(table: Table, form: IpcForm, compression: IpcCompression): Iterable<Uint8Array> {
  const pieces = new Pieces();
  const writer = writerOf(form, compression, { autoDestroy: false }).reset(pieces, table.schema);
  return (function* () {
    for (const batch of table.batches) {
      writer.write(batch);
      yield* pieces.taken();
    }
    writer.finish();
    yield* pieces.taken();
  })();
}

/** A table as the bytes of Arrow IPC. Throws E_COMPRESSION where there is no zstd. */
export function encodeIPC(table: Table, form: IpcForm, compression: IpcCompression): Uint8Array {
  const writer = writerOf(form, compression);
  writer.writeAll(table);
  return writer.toUint8Array(true);
}

/** Batches as the bytes of Arrow IPC, each as soon as it is there and asked for. */
export async function* encodeBatches(
  batches: AsyncIterable<RecordBatch>,
  schema: Schema,
  compression: IpcCompression,
  form: IpcForm = "stream",
): AsyncGenerator<Uint8Array> {
  const pieces = new Pieces();
  const writer = writerOf(form, compression, { autoDestroy: false }).reset(pieces, schema);
  for await (const batch of batches) {
    writer.write(batch);
    yield* pieces.taken();
  }
  writer.finish();
  yield* pieces.taken();
}

/**
 * The table of a file or stream of Arrow IPC, compressed by zstd or not. Throws an Error where it is damaged, and E_COMPRESSION where there is
 * no zstd to read it.
 */
export function decodeIPC(bytes: Uint8Array): Table {
  checkIPC(bytes);
  // Who registered a codec of their own has it kept.
  if (!compressionRegistry.get(CompressionType.ZSTD)?.decode) compressionRegistry.set(CompressionType.ZSTD, { decode: unzstd });
  return tableFromIPC(bytes);
}
