// The kernel of a sweep alone, without tables and threads: by its fused loop, and by solver and model apart.
const load = (file) => import(new URL(`../../build/lib/${file}.js`, import.meta.url));

/** Kernels over the first block of a sweep of up to `lanes` points: functions that take all steps and return ns a lane and step. */
export async function kernelsOf(options, lanes) {
  const [{ makePlan }, { Kernel }, { fasterWayOf }] = await Promise.all(["plan/plan", "kernel/kernel", "kernel/faster-way"].map(load));
  const { jobs, blocks, clock } = makePlan(options, { budget: 4e9, lanes, openFile: () => undefined });
  const [{ loop, ...job }] = jobs;
  const [block] = blocks;
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
