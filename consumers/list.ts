// Those who read massgrid's files, how their drivers are run, and what they must answer.

export type Form = "arrow" | "parquet";

export interface Consumer {
  name: string;
  /** Where its driver stands, and what runs it. */
  driver: string;
  by: "node" | "python" | "go";
  /** Which files it reads. */
  forms: readonly Form[];
  /** What it does not do: it joins no tables, or reads no several files. */
  lacks?: readonly ("join" | "store")[];
  /** A program that it needs beside its package. */
  needs?: string;
  note?: string;
}

/** What is asked about each table. */
export const questions = {
  wide: ["mean"],
  long: ["mean", "filter", "join"],
  map: ["best", "failed"],
  across: ["across"],
  store: ["mean", "filter", "join", "best", "failed"],
} as const;

/** What a consumer must answer about each table of a form. */
export function askedOf({ lacks = [] }: Consumer): Record<string, readonly string[]> {
  const without: readonly string[] = lacks;
  const tables = Object.entries(questions).filter(([table]) => !without.includes(table));
  return Object.fromEntries(tables.map(([table, asked]) => [table, asked.filter((question) => !without.includes(question))]));
}

const both = ["arrow", "parquet"] as const;
type More = Partial<Pick<Consumer, "forms" | "lacks" | "needs" | "note">>;
const javascript = (name: string, file: string, more: More = {}): Consumer => ({
  ...{ name, driver: `javascript/${file}.mjs`, by: "node", forms: ["arrow"] },
  ...more,
});
const python = (name: string, file: string, more: More = {}): Consumer => ({
  ...{ name, driver: `python/read_${file}.py`, by: "python", forms: both },
  ...more,
});

export const consumers: readonly Consumer[] = [
  javascript("apache-arrow", "apache-arrow"),
  javascript("flechette", "flechette"),
  javascript("Arquero", "arquero"),
  javascript("nodejs-polars", "nodejs-polars", { forms: both }),
  javascript("DuckDB for Node", "duckdb", { forms: ["parquet"], note: "Arrow needs an extension" }),
  javascript("DuckDB-Wasm", "duckdb-wasm", { note: "streams; Parquet needs an extension, which it downloads" }),
  javascript("hyparquet", "hyparquet", { forms: ["parquet"] }),
  javascript("parquet-wasm", "parquet-wasm", { forms: ["parquet"] }),
  javascript("Observable Plot", "plot", { lacks: ["join", "store"], note: "draws one table, joins nothing" }),
  javascript("Vega with its Arrow loader", "vega"),
  javascript("Perspective", "perspective", { lacks: ["join"], note: "joins nothing here" }),
  javascript("Mosaic", "mosaic", { note: "over DuckDB-Wasm" }),
  python("pyarrow", "pyarrow"),
  python("pandas", "pandas"),
  python("Polars", "polars"),
  python("DuckDB", "duckdb", { note: "Arrow through pyarrow" }),
  python("DataFusion", "datafusion"),
  python("chDB", "chdb"),
  python("Dask", "dask", { forms: ["parquet"] }),
  python("PySpark", "pyspark", { needs: "java", note: "Arrow through pyarrow" }),
  python("Lance", "lance", { note: "through pyarrow, in its own format" }),
  python("nanoarrow", "nanoarrow", { forms: ["arrow"], lacks: ["store"], note: "streams" }),
  python("xarray", "xarray", { note: "through pandas" }),
  python("arro3", "arro3", { note: "Rust's readers" }),
  { name: "arrow-go", driver: "go", by: "go", forms: both, needs: "go" },
];
