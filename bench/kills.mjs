// A sweep by workers of BullMQ of which a hundred are killed, and Redis and the sweep's own process once: the longer run of cluster/bullmq.test.ts.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { row } from "./support/measure.mjs";

const cwd = fileURLToPath(new URL("..", import.meta.url));
const KILLS = 100;
const told = /(\d+) workers killed of (\d+) shards, Redis once: (\d+) files differ, (\d+) lost, (\d+) failed, no key left; (\d+) s/;

export async function bench() {
  const env = { ...process.env, MASSGRID_NEEDS_CLUSTER: "1", MASSGRID_KILLS: String(KILLS) };
  const args = ["scripts/cluster.mjs", "-t", "workers killed"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, env, encoding: "utf8", maxBuffer: 1e8 });
  const found = told.exec(stdout);
  if (status !== 0 || found === null) throw new Error(`the test of killed workers has failed:\n${stdout}\n${stderr}`);
  const [, killed, shards, differing, lost, failed, seconds] = found.map(Number);
  return [
    row(
      `${killed} workers killed of a sweep of ${shards} shards, Redis and the sweep's own process once`,
      `${differing} files differ, ${lost} lost, ${failed} failed, in ${seconds} s`,
      "0",
      differing + lost + failed,
      0,
    ),
  ];
}
