import type { FeatureReducer } from "../reduce/custom-reducer.ts";
import type { FeatureName } from "../reduce/reducers.ts";
import type { Precision } from "../sweep/arithmetic.ts";
import type { Interpolation, SolverName } from "../sweep/solver.ts";
import type { TraceType } from "../sweep/trace-type.ts";
import type { Unknown } from "./misspelt.ts";
import type {
  EdgeMapping,
  Feature,
  FeatureOptions,
  Layout,
  NodeMapping,
  NoiseMapping,
  ParquetCompression,
  PulseMapping,
  SolverSettings,
  StoreFormat,
} from "./options.ts";

/**
 * Options as they were given, `Shape` being those that there are: themselves where nothing is wrong with their names. What is wrong in
 * a literal in the call, or in a variable, the compiler then tells as the call would, no further than it knows a text: of a `string`, it is
 * told when the call is made.
 */
export type Checked<Options, Shape> = [Options] extends [CheckedOptions<Options, Shape>] ? Options : CheckedOptions<Options, Shape>;

/** What options may be, before they are checked: the compiler infers them by it, and proposes names. */
export type Unchecked<Shape> = { [Key in keyof Shape]?: Key extends keyof Loose ? Loose[Key] : Shape[Key] };

/** Of options that are one of several kinds, the compiler would not say which of their names is none, or propose those of texts. */
interface Loose {
  solver: string | SolverSettings;
  paramMap: Readonly<Record<string, LooseMapping>>;
  features: Readonly<Record<string, readonly (Feature | Readonly<Record<string, object>>)[]>>;
}
type LooseMapping = Partial<
  Pick<NodeMapping, "vars" | "nodes"> & Pick<EdgeMapping, "edges"> & Pick<NoiseMapping, "noise"> & Pick<PulseMapping, "pulses">
>;

/** Options in which a name that does not exist has a type to which nothing is assignable, and whose text tells the nearest right name. */
type CheckedOptions<Options, Shape> = {
  [Key in keyof Options]: Key extends keyof Shape
    ? Exclude<Shape[Key], undefined> extends Options[Key]
      ? Options[Key]
      : CheckedOption<Key, Options[Key], Shape[Key], Options>
    : Unknown<"option", Key, keyof Shape>;
} & Missing<Options, Shape>;

/** What of a shape must be given, and is not. */
type Missing<Options, Shape> = { [Key in Exclude<RequiredKeys<Shape>, keyof Options>]: Shape[Key] };
type RequiredKeys<Shape> = { [Key in keyof Shape]-?: object extends Pick<Shape, Key> ? never : Key }[keyof Shape];

/** Options that are one of some names. */
interface Names {
  solver: SolverName;
  layout: Layout;
  format: StoreFormat;
  compression: ParquetCompression;
  interpolation: Interpolation;
  traceType: TraceType;
  precision: Precision;
}

/** Options that have options: of which there is one, and of which there is one for each name. */
type Single = "certify" | "store";
type Named = "paramMap" | "noise" | "pulses";

type CheckedOption<Key, Value, Shape, Options> = Key extends "solver"
  ? CheckedSolver<Value>
  : Key extends "features"
    ? CheckedFeatures<Value, OutputName<Options>>
    : Key extends Single
      ? Known<Value, Extract<Shape, object>, Key>
      : Key extends Named
        ? ByName<Value, ValueOf<Shape>, Key>
        : CheckedName<Key, Value>;

type ValueOf<Shape> = Shape extends object ? Shape[keyof Shape] : never;

type ByName<Value, Shape, Of extends string> = { [Name in keyof Value]: Known<Value[Name], Shape, Of> };

/** One of some names: a text of which the compiler knows no more than that is let through. */
type CheckedName<Key, Value> = Key extends keyof Names
  ? Value extends string
    ? string extends Value
      ? Value
      : Value extends Names[Key]
        ? Value
        : Value extends ""
          ? Names[Key]
          : Unknown<Key, Value, Names[Key]>
    : Value
  : Value;

type Keys<Shape> = Shape extends unknown ? keyof Shape : never;

/** A value of which an object's keys are checked, and what is one of some names. */
type Known<Value, Shape, Of extends string> = Value extends object
  ? [Exclude<keyof Value, Keys<Shape>>] extends [never]
    ? Value extends Shape
      ? { [Key in keyof Value]: CheckedName<Key, Value[Key]> }
      : Shape
    : { [Key in keyof Value]: Key extends Keys<Shape> ? Value[Key] : Unknown<`${Of} option`, Key, Keys<Shape>> }
  : Value;

type CheckedSolver<Value> = Value extends string
  ? CheckedName<"solver", Value>
  : {
      [Key in keyof Value]: Key extends "name"
        ? CheckedName<"solver", Value[Key]>
        : Key extends keyof SolverSettings
          ? CheckedName<Key, Value[Key]>
          : Unknown<"solver option", Key, keyof SolverSettings>;
    };

/** Names that outputs have as the options say it; string where they do not. */
export type OutputName<Options> = Options extends { outputs: infer Outputs }
  ? Outputs extends readonly unknown[]
    ? string
    : keyof Outputs & string
  : string;

type CheckedFeatures<Value, Output extends string> = {
  [Name in keyof Value]: Name extends Output | `${Output}.re` | `${Output}.im` ? CheckedList<Value[Name]> : Unknown<"output", Name, Output>;
};

type CheckedList<List> = { [Index in keyof List]: CheckedFeature<List[Index]> };

type CheckedFeature<Value> = Value extends string
  ? string extends Value
    ? Value
    : Value extends FeatureName
      ? Value
      : Unknown<"feature", Value, FeatureName>
  : Value extends FeatureReducer
    ? Value
    : CheckedFeatureOptions<Value>;

type CheckedFeatureOptions<Value> = [Exclude<keyof Value, keyof FeatureOptions>] extends [never]
  ? { [Key in keyof Value]: Key extends keyof FeatureOptions ? Known<Value[Key], FeatureOptions[Key], Key> : never }
  : { [Key in keyof Value]: Key extends keyof FeatureOptions ? Value[Key] : Unknown<"feature", Key, FeatureName> };
