import type { RecordBatch, Schema } from "apache-arrow";
import { kindOf } from "../check.ts";
import { refusal } from "../errors.ts";
import { DEFAULTS } from "../options/table.ts";
import { checkBatchesOptions, type IpcCompressionOptions } from "./files.ts";

/** Batches, as sweepBatches gives them, with the schema that all of them have. */
export interface SchemaAndBatches extends AsyncIterable<RecordBatch> {
  readonly schema: Schema | Promise<Schema>;
}

/**
 * Record batches as the bytes of an Arrow IPC stream, each as soon as it is there and asked for: a file, a socket or the body of a response that
 * takes them slowly holds up the sweep. Leaving the bytes leaves the batches. Not compressed if nothing is said; throws E_TYPE for what are
 * no batches, and E_COMPRESSION where there is no zstd.
 */
export async function* batchesToIPC(batches: SchemaAndBatches, options: IpcCompressionOptions = {}): AsyncGenerator<Uint8Array> {
  checkBatches(batches);
  checkBatchesOptions(options);
  const { encodeBatches } = await import("../table/ipc.ts");
  yield* encodeBatches(batches, await batches.schema, options.compression ?? DEFAULTS.files.compression);
}

function checkBatches(batches: unknown): void {
  if (typeof batches === "object" && batches !== null && "schema" in batches && Symbol.asyncIterator in batches) return;
  throw refusal("E_TYPE", `batchesToIPC takes batches as sweepBatches gives them, but ${kindOf(batches)} was found`, { path: ["batches"] });
}
