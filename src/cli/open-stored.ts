import { Table } from "apache-arrow";
import { type FigureSource, tracesOf } from "../figure/source.ts";
import { openSweep } from "../index.ts";

/** The sweep in a directory of `--store`. Of its traces only those that are drawn are read. Throws as openSweep. */
export async function openStored(directory: string): Promise<FigureSource> {
  const stored = await openSweep(directory);
  const traces = async () => {
    const first = await stored.batches().next();
    const { outputs, times } = tracesOf(new Table(first.done ? [] : [first.value]));
    return { outputs, times, trace: (key: string, output: string) => stored.trace(key, output) };
  };
  return { map: stored.map, traces: stored.files.length > 0 ? traces : undefined, first: "features" };
}
