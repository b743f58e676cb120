import type { Table } from "apache-arrow/table";
import type { Float32, TypeMap } from "apache-arrow/type";
import type { Vector } from "apache-arrow/vector";
import type { Unknown } from "../options/misspelt.ts";
import type { Samples } from "../sweep/trace-type.ts";

/** Columns of which nothing is known: Arrow's own default. */
export type AnyColumns = Table extends Table<infer Columns> ? Columns : never;

/**
 * An Arrow Table whose columns are known by name. A name that the compiler knows and that is none of them is a mistake, of which it tells
 * the nearest right one; a `string` may be any column's.
 */
export type TypedTable<Columns extends TypeMap = AnyColumns> = Table<Columns> & {
  getChild<const Name extends string>(
    name: IsOpen<Name> extends true ? Name : Unknown<"column", Name, Plain<keyof Columns>>,
  ): Vector | null;
};

/** The name of an output, as trace() takes it, of a table with columns of such names. */
export type OutputOf<Columns, Output extends string> =
  IsOpen<Output> extends true
    ? Output
    : Output extends TracedName<keyof Columns>
      ? Output
      : Output extends ""
        ? Plain<TracedName<keyof Columns>>
        : Unknown<"output", Output, Plain<TracedName<keyof Columns>>>;

/** What a trace of such columns is kept as: as the caller says it, or the columns' types do; else a Float64Array. */
export type SamplesOf<Kept extends Samples, Columns> = [Kept] extends [never]
  ? [ShortOf<Columns>] extends [never]
    ? Float64Array
    : ShortOf<Columns>
  : NoInfer<Kept>;

/** Never where every column is of float64, or none is known: of these alone an intersection takes the 0. */
type ShortOf<Columns> = 0 extends 1 & Columns
  ? never
  : {
      [Name in keyof Columns]: Float32 extends Columns[Name] ? (Columns[Name] extends Float32 ? Float32Array : Samples) : never;
    }[keyof Columns];

/** The outputs that a table has traces of: the name itself in the long layout, what stands before the point's in the wide one. */
type TracedName<Name> = Name extends `${infer Output}/${string}` ? Output | `${Output}/${string}` : Name;

/** Whether a text is a `string` or a pattern, of which only the run knows what it is. */
type IsOpen<Name extends string> = Record<never, never> extends Record<Name, 1> ? true : false;

/** Names that are written out: patterns are none that could be proposed. */
type Plain<Name> = Name extends string ? (IsOpen<Name> extends true ? never : Name) : never;
