// The kernel of a sweep alone, without tables and threads: by its fused loop, and by solver and model apart.
const load = (file) => import(new URL(`../../build/lib/${file}.js`, import.meta.url));

/**
 * Kernels over one block of the first `lanes` points of a sweep, whatever blocks it would be cut into: functions that take all steps and
 * return ns a lane and step.
 */
export async function kernelsOf(options, lanes) {
  const [{ makePlan }, { Kernel }, { fasterWayOf }, { loopOf }, { keepsOrder }] = await Promise.all(
    ["plan/plan", "kernel/kernel", "kernel/faster-way", "kernel/loops", "platform/environment"].map(load),
  );
  const { jobs, clock, points } = makePlan(options, { budget: 4e9, openFile: () => undefined });
  if (points.names.length < lanes) throw new Error(`${points.names.length} points fill no block of ${lanes}`);
  const [{ loop: _, ...job }] = jobs;
  const block = { job: 0, first: 0, lanes };
  const loop = loopOf(job, lanes, { keepsOrder: keepsOrder() });
  const runner = (kernel) => () => {
    kernel.load(block);
    const start = performance.now();
    while (kernel.advance() !== undefined);
    return ((performance.now() - start) * 1e6) / clock.steps / block.lanes;
  };
  if (!loop) return { seam: runner(new Kernel(job, block.lanes)) };
  // Both ways are asked for by name here.
  const way = fasterWayOf(loop.module);
  for (let look = 0; look < 24; look++) way.learn(look % 2 === 0, look % 2, 64, 1);
  return { loop: runner(new Kernel({ ...job, loop }, block.lanes)), seam: runner(new Kernel(job, block.lanes)) };
}
