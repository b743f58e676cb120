// How a state is read, of a link or of a file: either may be anything. It is read in the worker, so that the page's thread loads no schemas.
import * as v from "valibot";
import { rampNames } from "../figure/colors.ts";
import { PREFIX, partsOf, through } from "./link.ts";
import type { Facts } from "./protocol.ts";
import * as of from "./state.ts";

/** A state that was read, or what is wrong with where it was to be read from. */
export type ReadState = { state: of.State } | { fault: string };

/** The state of an address; undefined where it names none. */
export async function readLink(hash: string, facts: Pick<Facts, "features" | "solvers">): Promise<ReadState | undefined> {
  const { state } = partsOf(hash);
  if (state === "") return undefined;
  if (!`#${state}`.startsWith(PREFIX)) {
    const version = /^(\d+)\./.exec(state)?.[1];
    return {
      fault: version === undefined ? `it does not begin with ${PREFIX}` : `it is of version ${version}, which this page does not know`,
    };
  }
  try {
    const letters = state
      .slice(PREFIX.length - 1)
      .replaceAll("-", "+")
      .replaceAll("_", "/");
    const packed = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
    return readState(new TextDecoder().decode(await through(packed, new DecompressionStream("deflate-raw"))), facts);
  } catch (error) {
    // A link that was cut or changed on its way cannot be unpacked.
    return { fault: error instanceof RangeError ? error.message : "a part of it is missing, or was changed" };
  }
}

/** The state that a text of JSON is. */
export function readState(text: string, facts: Pick<Facts, "features" | "solvers">): ReadState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: "it is no JSON" };
  }
  const { success, output, issues } = v.safeParse(stateSchema(facts), value, { abortEarly: true });
  if (success) return { state: output };
  const [{ path, message }] = issues;
  return { fault: `${path?.map(({ key }) => String(key)).join(".") ?? "its state"}: ${message}` };
}

/** The state of a file that the page saved. */
export function readFile(text: string, facts: Pick<Facts, "features" | "solvers">): ReadState {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && of.FILE_KEY in value && "state" in value)
      return readState(JSON.stringify(value.state), facts);
    return { fault: `it has no "${of.FILE_KEY}", as files of this page have` };
  } catch {
    return { fault: "it is no JSON" };
  }
}

const number = v.pipe(v.number(), v.finite());

const model = v.union([v.object({ path: v.string() }), v.object({ text: v.string(), circuit: v.string() })]);

const seed = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const noise = v.object({
  kind: v.picklist(["uniform", "normal", "ornsteinUhlenbeck"]),
  a: number,
  b: number,
  seed,
  tau: v.optional(number),
});

const axis = v.pipe(
  v.object({
    path: v.string(),
    key: v.pipe(v.string(), v.nonEmpty()),
    scale: v.picklist(["linear", "log", "list"]),
    from: number,
    to: number,
    count: v.pipe(v.number(), v.check(of.isCount)),
    values: v.pipe(v.array(number), v.maxLength(of.MOST_VALUES)),
  }),
  v.check(({ scale, values }) => scale !== "list" || values.length > 0),
);

/** Values by name, never a list, which valibot too takes for a record. */
const byName = <Value extends v.GenericSchema>(value: Value) =>
  v.pipe(
    v.custom<Record<string, v.InferOutput<Value>>>((given) => !Array.isArray(given)),
    v.record(v.string(), value),
  );

/** The schema of a state, which comes with a link and may be anything. */
function stateSchema({ features, solvers }: Pick<Facts, "features" | "solvers">): v.GenericSchema<unknown, of.State> {
  return v.object({
    model,
    values: byName(number),
    noise: byName(noise),
    axes: v.pipe(
      v.array(axis),
      v.maxLength(2),
      v.check((axes) => of.pointsOf(axes) <= of.MOST_POINTS),
    ),
    solver: v.picklist(solvers),
    stepSize: number,
    samplingStepSize: number,
    simulationTime: number,
    cutoff: number,
    signal: v.string(),
    feature: v.picklist(features),
    plane: v.string(),
    ...added(features),
    pins: v.pipe(v.array(v.pipe(v.array(number), v.maxLength(2))), v.maxLength(of.MOST_PINS)),
  });
}

/** What links did not have at first. */
function added(features: Facts["features"]) {
  const { white, replicates, rtol, atol, arithmetic, beside, display, diagram } = of.unsaid;
  const positive = v.pipe(number, v.gtValue(0));
  const shown = v.object({ signal: v.string(), feature: v.picklist(features) });
  const end = v.nullable(number);
  return {
    white: v.optional(byName(v.object({ sd: v.pipe(number, v.minValue(0)), seed })), white),
    replicates: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(of.MOST_REPLICATES)), replicates),
    rtol: v.optional(positive, rtol),
    atol: v.optional(positive, atol),
    arithmetic: v.optional(v.picklist(of.arithmetics), arithmetic),
    beside: v.optional(v.pipe(v.array(shown), v.maxLength(of.MOST_BESIDE)), [...beside]),
    display: v.optional(
      v.object({ scale: v.picklist(["auto", "linear", "log"]), low: end, high: end, colors: v.picklist(rampNames), oneScale: v.boolean() }),
      display,
    ),
    diagram: v.optional(
      v.nullable(v.object({ from: v.pipe(v.array(number), v.minLength(1), v.maxLength(2)), cycles: v.optional(v.boolean()) })),
      diagram,
    ),
  };
}
