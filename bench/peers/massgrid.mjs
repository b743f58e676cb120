// massgrid as a peer of itself: one process on one Node, answering lines as serve.py does.
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { prepare } from "./massgrid-calls.mjs";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => {
  const { value, done } = await lines.next();
  return done ? undefined : JSON.parse(value);
};
const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const processor = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const given = await next();
answer({ node: process.versions.node });
let call;
for (let line = await next(); line !== undefined; line = await next()) {
  const [wall, cpu] = [performance.now(), processor()];
  let traces;
  try {
    call ??= await prepare(given);
    traces = await call();
  } catch (error) {
    answer({ refused: error.message.split("\n", 1)[0] });
    continue;
  }
  const times = { ms: performance.now() - wall, cpu: processor() - cpu, process: processor() };
  if (line.traces) writeFileSync(line.traces, traces());
  answer(times);
}
