// The built explorer, and how long tasks of its page take.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The explorer, served by the built command line. */
export async function serve() {
  const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
  const child = spawn(process.execPath, [cli, "explore"], { stdio: ["ignore", "pipe", "inherit"] });
  const address = await new Promise((resolve) => {
    child.stdout.on("data", (text) => {
      const found = /http:\S+/.exec(String(text));
      if (found) resolve(found[0]);
    });
  });
  return { address, end: () => child.kill() };
}

/** The processor times of the tasks of a page's thread while `work` is done, in ms: what else the machine does is not in them. */
export async function tasksOf(page, work) {
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => {
    for (const event of value) events.push(event);
  });
  await session.send("Tracing.start", { traceConfig: { includedCategories: ["toplevel"] }, transferMode: "ReportEvents" });
  await work();
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.end");
  await complete;
  const threadOf = ({ pid, tid }) => `${pid}:${tid}`;
  const main = new Set(events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(threadOf));
  const tasks = events.filter((event) => event.name.includes("RunTask") && main.has(threadOf(event)));
  return tasks.map(({ tdur = 0 }) => tdur / 1000);
}
