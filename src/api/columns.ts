import type { Float32, Float64, Int32, Utf8 } from "apache-arrow";
import type { OutputName } from "../options/checked.ts";
import type { FeatureReducer } from "../reduce/custom-reducer.ts";
import type { TextFeature } from "../reduce/reducers.ts";
import type { costNames, DIRECTION, FAILED_AT, LEVEL, REPLICATE } from "../sweep/columns.ts";
import type { AdaptiveSolverName } from "../sweep/solver.ts";
import type { AnyColumns } from "../table/typed.ts";

// The columns of a call's tables, as far as its options say them. What only the model or the run can tell has a pattern (`V/${string}`
// for an output of several nodes), and where grid keys are not known, or columns are renamed, a table is one of any columns. Unions of names are written out where
// they are used: the compiler would show the name of an alias in their place.

/** Columns of `resultsMap`. Those that only some sweeps have are among them: getChild() is null where there are none. */
export type MapColumns<Options> = string extends GridKey<Options> | Renamed<Options>
  ? AnyColumns
  : {
      [Name in
        | "key"
        | GridKey<Options>
        | "status"
        | typeof FAILED_AT
        | "failedVariable"
        | IfGiven<Options, "replicates", typeof REPLICATE>
        | IfGiven<Options, "refine", typeof LEVEL>
        | IfGiven<Options, "follow", typeof DIRECTION>
        | CostName<Option<Options, "solver">>
        | FeatureColumn<Option<Options, "features">>
        | IfGiven<Options, "finalState", `${string}/${string}`>]: MapColumn<Name>;
    };

/** Columns of `results`. */
export type TraceColumns<Options> = string extends GridKey<Options> | OutputName<Options> | Renamed<Options>
  ? AnyColumns
  : Option<Options, "layout"> extends "wide" | undefined
    ? { [Name in "time" | `${Recorded<Options>}/${string}`]: SampleColumn<Name, Options> }
    : Option<Options, "layout"> extends "long"
      ? LongColumns<Options>
      : AnyColumns;

/** Columns of a store's `batches()`, and of `results` in the long layout. */
export type LongColumns<Options> = string extends GridKey<Options> | OutputName<Options> | Renamed<Options>
  ? AnyColumns
  : {
      [Name in "key" | GridKey<Options> | "time" | Recorded<Options> | `${Recorded<Options>}/${string}`]: Name extends "key"
        ? Utf8
        : Name extends GridKey<Options>
          ? Float64
          : SampleColumn<Name, Options>;
    };

/** Columns of the batches of a stream: rows of the map where no traces are kept. */
export type BatchColumns<Options> =
  Option<Options, "results"> extends false
    ? MapColumns<Options>
    : Option<Options, "results"> extends true | undefined
      ? LongColumns<Options>
      : AnyColumns;

/** Columns of the table of one run. */
export type RunColumns<Options> =
  string extends OutputName<Options>
    ? AnyColumns
    : { [Name in "time" | Recorded<Options> | `${Recorded<Options>}/${string}`]: SampleColumn<Name, Options> };

/** The times of samples are float64 whatever traces are. */
type SampleColumn<Name, Options> = Name extends "time" ? Float64 : KeptColumn<Option<Options, "traceType">>;
type KeptColumn<Kept> = Kept extends "float64" | undefined ? Float64 : Kept extends "float32" ? Float32 : Float32 | Float64;

/** An option as it was given; undefined where it was not. */
export type Option<Options, Key> = Options extends unknown ? (Key extends keyof Options ? Options[Key] : undefined) : never;
type IfGiven<Options, Key, Name> = Option<Options, Key> extends undefined | false ? never : Name;

/** Where columns are renamed, their names are whatever the option says. */
type Renamed<Options> = Option<Options, "rename"> extends undefined ? never : string;

/** An output, or a part of one that is complex. */
type Recorded<Options> = OutputName<Options> | `${OutputName<Options>}.${"re" | "im"}`;

type GridKey<Options> = Options extends { paramGrid: infer Grid }
  ? Grid extends { schema: unknown }
    ? string
    : Grid extends readonly (infer Point)[]
      ? Keys<Point>
      : Keys<Grid>
  : string;
type Keys<Value> = Value extends unknown ? keyof Value & string : never;

/** That a column may have nulls is not in Arrow's types: `get()` of any may give one. */
type MapColumn<Name> = Name extends "key" | "status" | "failedVariable" | typeof DIRECTION | `${string}_${TextFeature}`
  ? Utf8
  : Name extends typeof REPLICATE | typeof LEVEL
    ? Int32
    : Float64;

type CostName<Solver> = Solver extends { name: infer Name } ? CostOf<Name> : CostOf<Solver>;
type CostOf<Name> = Name extends AdaptiveSolverName ? Cost : string extends Name ? Cost : never;
type Cost = (typeof costNames)[number];

type FeatureColumn<Features> = Features extends object
  ? {
      [Output in keyof Features &
        string]: `${Output | `${Output}.re` | `${Output}.im` | `${Output}/${string}`}_${FeatureOf<Features[Output]>}`;
    }[keyof Features & string]
  : never;
type FeatureOf<List> = List extends readonly (infer Item)[]
  ? Item extends string
    ? Item
    : Item extends FeatureReducer
      ? string
      : Keys<Item>
  : string;
