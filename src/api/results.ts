import type { TypeMap } from "apache-arrow";
import type { Certificate } from "../certify/certificate.ts";
import type { StoredSweep } from "../store/open.ts";
import type { AnyColumns, TypedTable } from "../table/typed.ts";
import type { LongColumns, MapColumns, Option, TraceColumns } from "./columns.ts";

/** Traces, and the grid they belong to. */
export interface GridSearchResults<Traces extends TypeMap = AnyColumns, Points extends TypeMap = AnyColumns> {
  /** The recorded outputs: a column for each output and point ("wide"), or a row for each point and sample ("long"). */
  results: TypedTable<Traces>;
  /** One row a point: key, grid values, status, time of failure, features. */
  resultsMap: TypedTable<Points>;
  /** How far the numbers are from those of the equations, where `certify` asks for it. */
  certificate?: Certificate;
}

/** What there is where no traces are kept: `results: false`. */
export interface MapSearchResults<Points extends TypeMap = AnyColumns> {
  results?: undefined;
  resultsMap: TypedTable<Points>;
  certificate?: Certificate;
}

/** What there is where traces go to disk. */
export interface StoredResults<Traces extends TypeMap = AnyColumns, Points extends TypeMap = AnyColumns> {
  results?: undefined;
  /** The directory with the traces: `trace(key, output)` and `batches()` read from it what they are asked for. */
  store: StoredSweep<Traces, Points>;
  resultsMap: TypedTable<Points>;
  certificate?: Certificate;
}

/** What gridSearch returns, by its options: `results` is undefined where there is a `store`, or `results: false`. */
export type SearchResults<Options> =
  | (Option<Options, "store"> extends object ? never : KeptResults<Options, Option<Options, "results">>)
  | (Option<Options, "store"> extends undefined ? never : StoredResults<LongColumns<Options>, MapColumns<Options>>);

type KeptResults<Options, Results> = Results extends false
  ? MapSearchResults<MapColumns<Options>>
  : GridSearchResults<TraceColumns<Options>, MapColumns<Options>>;
