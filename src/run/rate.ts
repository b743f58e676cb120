import type { Block } from "../kernel/job.ts";
import { isPortable, type Work } from "./block.ts";
import { Engine } from "./engine.ts";

/** How long a measurement takes, in ms: engines begin with slow code. */
const ENOUGH = 12;

const measured = Symbol("measured");

/** Steps that this thread takes in a ms of a block's points together, measured in about 12 ms. Reducers of the caller's own are left out. */
export async function measureRate(work: Work, block: Block): Promise<number> {
  const features = isPortable(work) ? work.features : { ...work.features, groups: [], parts: [], unsure: [] };
  const engine = new Engine({ ...work, features });
  const start = performance.now();
  let last = start;
  let rate = 0;
  let before = 0;
  const between = (steps: number): undefined => {
    const now = performance.now();
    // The best stretch counts: what else the machine does only makes others slower.
    if (now > last) rate = Math.max(rate, ((steps - before) * block.lanes) / (now - last));
    before = steps;
    last = now;
    if (now - start > ENOUGH) throw measured;
  };
  try {
    for (;;) {
      before = 0;
      await engine.run(block, between);
    }
  } catch (error) {
    if (error !== measured) throw error;
  }
  return rate;
}
