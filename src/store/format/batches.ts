import type { RecordBatch } from "apache-arrow/recordbatch";
import { Field, Schema } from "apache-arrow/schema";
import type { Table } from "apache-arrow/table";
import { Vector } from "apache-arrow/vector";
import { KEY } from "../../sweep/columns.ts";
import { batch, names, nameType, strings } from "../../table/arrow.ts";

/** Traces of one shard, and the numbers of its points in their order. */
export interface ShardTraces {
  table: Table;
  points: readonly number[];
}

/**
 * The batches of shards as those of one table. Each shard's file has the names of its own points alone; here all have one schema and
 * one dictionary, of `keys`, the names of all points: readers expect that of a table, and a file of Arrow IPC can have no other.
 */
export async function* oneTable(shards: AsyncIterable<ShardTraces>, keys: readonly string[]): AsyncGenerator<RecordBatch> {
  const type = nameType();
  const dictionary = new Vector([strings(keys)]);
  let schema: Schema | undefined;
  for await (const { table, points } of shards) {
    schema ??= new Schema([new Field(KEY, type, false), ...table.schema.fields.slice(1)], table.schema.metadata);
    for (const { data } of table.batches) {
      const codes: Int32Array = data.children[0].values;
      const key = names(
        type,
        codes.map((code) => points[code]),
        dictionary,
      );
      yield batch(schema, schema.fields, data.length, [key, ...data.children.slice(1)]);
    }
  }
}
