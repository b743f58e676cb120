import type { Block } from "../sweep/job.ts";
import { Engine } from "./engine.ts";
import { isPortable, type SweepTask } from "./task.ts";

/** How long a measurement takes, and one look of it, in ms. The fastest look counts: engines begin with slow code, and cores are shared. */
const ENOUGH = 12;
const LOOK = 1;

const measured = Symbol("measured");

/** Steps that this thread takes in a ms of a block's points together, measured in about 12 ms. Reducers of the caller's own are left out. */
export async function measureRate(task: SweepTask, block: Block): Promise<number> {
  const features = isPortable(task) ? task.features : { ...task.features, groups: [], parts: [], unsure: [] };
  const engine = new Engine({ ...task, features });
  const start = performance.now();
  let look = { since: start, steps: 0 };
  let before = 0;
  let rate = 0;
  const between = (steps: number): undefined => {
    const now = performance.now();
    look.steps += (steps - before) * block.lanes;
    before = steps;
    if (now - look.since < LOOK) return;
    rate = Math.max(rate, look.steps / (now - look.since));
    look = { since: now, steps: 0 };
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
