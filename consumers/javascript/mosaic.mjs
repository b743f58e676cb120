import { Coordinator } from "@uwdata/mosaic-core";
import { avg, count, desc, eq, join, literal, neq, Query } from "@uwdata/mosaic-sql";
import { acrossFeature, chosen, feature, keys, run, versionOf } from "./ask.mjs";
import { insert, wasmConnection } from "./wasm-database.mjs";

const connection = await wasmConnection();
/** DuckDB-Wasm in this process, as what Mosaic is connected to: it takes the bytes of Arrow streams. */
const connector = { query: async ({ sql }) => connection.useUnsafe((bindings, conn) => bindings.runQuery(conn, sql)) };
const coordinator = new Coordinator(connector, { logger: null });
const rowsOf = async (query) => (await coordinator.query(query, { cache: false })).toArray();

const counts = { rows: count(), mean: avg("V") };
const counted = async (query) => {
  const [{ rows, mean }] = await rowsOf(query);
  return { rows: Number(rows), mean };
};
const top = async (table, columns, name) =>
  (await rowsOf(Query.from(table).select({ value: name }, columns).orderby(desc(name)).limit(1)))[0];

const arrow = {
  load: (paths) => insert(connection, paths),
  wide: async (table) => (await rowsOf(Query.from(table).select(Object.fromEntries(keys.map((key) => [key, avg(`V/${key}`)])))))[0],
  mean: async (table) =>
    Object.fromEntries(
      (
        await rowsOf(
          Query.from(table)
            .select({ key: "key", mean: avg("V") })
            .groupby("key"),
        )
      ).map(({ key, mean }) => [key, mean]),
    ),
  filter: (table) =>
    counted(
      Query.from(table)
        .select(counts)
        .where(eq("C", literal(chosen))),
    ),
  join: (table, map) =>
    counted(
      Query.from(join(table, map, { using: ["key"] }))
        .select(counts)
        .where(eq("status", literal("ok"))),
    ),
  best: (map) => top(map, ["key"], feature),
  across: (table) => top(table, ["C", "tau"], acrossFeature),
  failed: async (map) =>
    (
      await rowsOf(
        Query.from(map)
          .select("key")
          .where(neq("status", literal("ok"))),
      )
    ).map(({ key }) => key),
};
await run(versionOf("@uwdata/mosaic-core"), { arrow });
