#!/usr/bin/env bash
# BullMQ 6.7.0, Redis 7.0: "attempts" says nothing of workers that are killed.
#
# A job with attempts: 5 is tried five times where its processor throws, and one would think so where its worker is killed by the system, for
# memory or by a scheduler. Such a job stalls; stalls are counted apart, and a job that stalls more often than the worker's maxStalledCount, 1
# unless it is set, fails for good, with four of its five attempts unused.
# What helps: a maxStalledCount of the worker as large as the queue may need, and a limit of one's own by attemptsStarted, which counts both.
#
# Seen 2026-11-30, of one job with attempts: 5:
#   its processor throws each time: failed, attempts made 5, started 5
#   its worker is killed each time: failed, attempts made 1, started 3
#   the same, maxStalledCount 10, three kills: completed
# Exits 0 while that is so, 1 when it has changed.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
command -v redis-server > command.log 2>&1 || { echo "needs redis-server"; exit 0; }
npm init -y > npm.log
npm install --no-audit --no-fund bullmq@6.7.0 ioredis@5.8.2 >> npm.log
cat > worker.mjs <<'WORKER'
import { Worker } from "bullmq";

const [port, maxStalledCount, kills] = process.argv.slice(2).map(Number);
const settings = { connection: { host: "127.0.0.1", port }, lockDuration: 1000, stalledInterval: 500, maxStalledCount };
const work = async (job) => {
  if (job.name === "throws") throw new Error("thrown");
  if (job.attemptsStarted <= kills) process.kill(process.pid, "SIGKILL");
};
new Worker("jobs", work, settings).on("error", () => {});
WORKER
cat > program.mjs <<'PROGRAM'
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { Queue, QueueEvents } from "bullmq";

const free = createServer().listen(0, "127.0.0.1");
await once(free, "listening");
const { port } = free.address();
free.close();
await once(free, "close");
const redis = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"], { stdio: "ignore" });
const connection = { host: "127.0.0.1", port };
const queue = new Queue("jobs", { connection });
const events = new QueueEvents("jobs", { connection });
for (const each of [queue, events]) each.on("error", () => {});
await events.waitUntilReady();

/** Has a job tried by workers, one after the other, until it has ended. */
async function outcome(name, { maxStalledCount, kills }) {
  const job = await queue.add(name, {}, { attempts: 5 });
  let ended = false;
  let worker;
  const start = () => {
    worker = spawn(process.execPath, ["worker.mjs", port, maxStalledCount, kills].map(String), { stdio: "ignore" });
    worker.once("exit", () => ended || start());
  };
  start();
  await job.waitUntilFinished(events).catch(() => {});
  ended = true;
  worker.kill("SIGKILL");
  const { attemptsMade, attemptsStarted } = await queue.getJob(job.id);
  const state = await job.getState();
  return state === "failed" ? `failed, attempts made ${attemptsMade}, started ${attemptsStarted}` : state;
}

console.log(`its processor throws each time: ${await outcome("throws", { maxStalledCount: 1, kills: 0 })}`);
console.log(`its worker is killed each time: ${await outcome("is killed", { maxStalledCount: 1, kills: 100 })}`);
console.log(`the same, maxStalledCount 10, three kills: ${await outcome("is killed", { maxStalledCount: 10, kills: 3 })}`);
await Promise.all([queue.close(), events.close()]);
redis.kill("SIGKILL");
PROGRAM
node program.mjs | tee found
sed -n 's/^#   \(it\|the\)/\1/p' "$here/$(basename "$0")" | diff - found
