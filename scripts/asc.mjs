// A thread that compiles AssemblyScript: a message has the entry and where the module goes; the answer is what is wrong with it.
import { parentPort } from "node:worker_threads";
import asc from "assemblyscript/asc";

parentPort.on("message", async ({ entry, out }) => {
  const { error, stderr } = await asc.main([entry, "--config", "asconfig.json", "--outFile", out]);
  parentPort.postMessage(error ? `${entry}\n${stderr.toString()}` : undefined);
});
