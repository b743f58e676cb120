import type { Table } from "apache-arrow/table";
import type { StoreFormat } from "../../options/options.ts";
import { decodeParquet, encodeParquet } from "./parquet.ts";

/** A way to write tables to files, and to read them back. */
export interface Format {
  extension: string;
  encode(table: Table): Promise<Uint8Array>;
  decode(bytes: Uint8Array): Promise<Table>;
}

/** The formats of a store. What they need is loaded when it is needed: most sweeps are not stored. */
export const formats = {
  arrow: {
    extension: ".arrow",
    encode: async (table) => (await import("apache-arrow/ipc/serialization")).tableToIPC(table, "file"),
    decode: async (bytes) => (await import("apache-arrow/ipc/serialization")).tableFromIPC(bytes),
  },
  parquet: {
    extension: ".parquet",
    encode: encodeParquet,
    decode: decodeParquet,
  },
} satisfies Record<StoreFormat, Format>;
