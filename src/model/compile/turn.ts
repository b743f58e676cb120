import { largest } from "../../lists.ts";
import type { Step } from "./step.ts";
import { needed, type Variation } from "./step-classes.ts";

/** What the engine's compiler makes of long loops. */
export interface Engine {
  /** Whether it keeps the instructions of several vectors of lanes in the order in which they come, and spills few. */
  keepsOrder: boolean;
}

/** Cycles until an instruction's result can be used, as processors of the last ten years have them within a cycle or two. */
const latencies: Readonly<Record<string, number>> = { div: 14, sqrt: 18, bitselect: 3 };
const ARITHMETIC = 4;
const LOGIC = 1;
const arithmetic: readonly string[] = [
  "add",
  "sub",
  "mul",
  "floor",
  "ceil",
  "nearest",
  "trunc",
  "min",
  "max",
  "pmin",
  "pmax",
  "madd",
  "nmadd",
];
/** Instructions that others in a row can take the place of while one of these is under way, as there is one unit for them. */
const occupied: Readonly<Record<string, number>> = { div: 10, sqrt: 12 };
/** Cycles that an instruction takes where nothing waits. */
const THROUGHPUT = 0.35;
const MOST_VECTORS = 8;
/** What more vectors must gain, as they spill more. */
const WORTH = 0.97;
/** Instructions of a turn beyond which compilers that do not keep their order spill more than they gain: of one stage, of several, and of multiply-adds. */
const SHORT = { one: 400, several: 200, fused: 0 };
/** Instructions of a turn beyond which a loop does not fit the cache of decoded ones. */
const LONG = 2500;

/** Vectors of lanes that a turn takes, of blocks that have `all`: as many as hide what instructions wait for, so that few are left for turns of one. */
export function vectorsOf(
  step: Step,
  variations: readonly Variation[],
  { stages, all }: { stages: number; all: number },
  { keepsOrder }: Engine,
): number {
  const { work, latency } = costOf(step, variations);
  const short = step.graph.rounding.fastMath ? SHORT.fused : stages > 1 ? SHORT.several : SHORT.one;
  const limit = keepsOrder ? LONG : short;
  const turn = (vectors: number) => Math.max(latency, vectors * work * THROUGHPUT);
  const cost = (vectors: number) => Math.floor(all / vectors) * turn(vectors) + (all % vectors) * turn(1);
  // Latencies of real chains are longer than those of their instructions: one pair alone waits.
  let best = keepsOrder && all > 1 && 2 * work <= limit ? 2 : 1;
  for (let vectors = best + 1; vectors <= Math.min(all, MOST_VECTORS) && vectors * work <= limit; vectors++)
    if (cost(vectors) < WORTH * cost(best)) best = vectors;
  return best;
}

/** Instructions of a step, and cycles from its states to the next ones. */
function costOf({ graph, states }: Step, variations: readonly Variation[]): { work: number; latency: number } {
  const ready = new Map<number, number>();
  let work = 1;
  for (const value of needed(graph, states)) {
    const node = graph.nodes[value];
    if (node.kind !== "op" || variations[value] !== "varying") {
      ready.set(value, 0);
      continue;
    }
    const op = node.op.replace("f32x4.", "");
    work += occupied[op] ?? 1;
    const own = latencies[op] ?? (arithmetic.includes(op) ? ARITHMETIC : LOGIC);
    ready.set(value, own + largest(node.args.map((arg) => ready.get(arg) ?? 0)));
  }
  return { work, latency: largest(states.map((value) => ready.get(value) ?? 0)) };
}
