import type { RecordBatch, Schema } from "apache-arrow";

/** Batches, as sweepBatches gives them, with the schema that all of them have. */
export interface SchemaAndBatches extends AsyncIterable<RecordBatch> {
  readonly schema: Schema | Promise<Schema>;
}

/**
 * Record batches as the bytes of an Arrow IPC stream, each as soon as it is there and asked for: a file, a socket or the body of a response that
 * takes them slowly holds up the sweep. Leaving the bytes leaves the batches.
 */
export async function* batchesToIPC(batches: SchemaAndBatches): AsyncGenerator<Uint8Array> {
  const [{ RecordBatchStreamWriter }, { AsyncByteQueue }] = await Promise.all([
    import("apache-arrow/ipc/writer"),
    import("apache-arrow/io/stream"),
  ]);
  // Arrow's own queue is read by a promise for each piece, and does not tell when a batch has no more of them.
  let pieces: Uint8Array[] = [];
  class Pieces extends AsyncByteQueue {
    override write(bytes: Uint8Array): void {
      if (bytes.byteLength > 0) pieces.push(bytes);
    }
  }
  const taken = () => {
    const all = pieces;
    pieces = [];
    return all;
  };
  const writer = new RecordBatchStreamWriter({ autoDestroy: false }).reset(new Pieces(), await batches.schema);
  for await (const batch of batches) {
    writer.write(batch);
    yield* taken();
  }
  writer.finish();
  yield* taken();
}
