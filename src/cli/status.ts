import { clearScreenDown, moveCursor } from "node:readline";
import { statusReader } from "../api/search.ts";
import { MassgridError, sanitize } from "../errors.ts";
import { statusLines } from "./status-lines.ts";
import { UsageError } from "./usage.ts";

export interface StatusOptions {
  json?: boolean;
  watch?: string | boolean;
  redis?: string;
  store?: string;
}

/** Seconds between two looks at a sweep. */
const EVERY = 2;

/** Tells how far a stored sweep is, or those of a queue: once, or again and again until it is complete. */
export async function status(directory: string | undefined, options: StatusOptions, interrupted: AbortSignal): Promise<void> {
  const { json, watch } = options;
  const seconds = secondsOf(watch);
  const reader = await readerOf(directory, options).catch(refuse);
  try {
    let lines = 0;
    for (;;) {
      const { found, isOver, text } = await reader.read();
      if (json === true) console.log(JSON.stringify(found, null, seconds === undefined ? 2 : undefined));
      else lines = draw(text(), lines);
      if (seconds === undefined || isOver || (await isInterrupted(seconds, interrupted))) return;
    }
  } catch (error) {
    refuse(error);
  } finally {
    reader.end();
  }
}

interface Look {
  /** What --json prints. */
  found: object;
  /** Whether nothing will change any more. */
  isOver: boolean;
  text: () => string[];
}

async function readerOf(directory: string | undefined, options: StatusOptions): Promise<{ read: () => Promise<Look>; end: () => void }> {
  if (options.redis !== undefined || directory === undefined) {
    const { checkQueueStatus, queueLines, queueReader } = await import("./queue/status.ts");
    checkQueueStatus(directory, options);
    const { shown, read, end } = await queueReader(options.redis, options.store);
    return {
      read: async () => {
        const queues = await read();
        return { found: { redis: shown, queues }, isOver: queues.length === 0, text: () => queueLines(shown, queues) };
      },
      end,
    };
  }
  const reader = await statusReader(directory);
  return {
    read: async () => {
      const found = await reader.read();
      return { found, isOver: found.complete, text: () => statusLines(directory, found) };
    },
    end: () => {},
  };
}

function refuse(error: unknown): never {
  if (error instanceof MassgridError && error.code === "E_MANIFEST_MISSING") throw new UsageError(error.message, { cause: error });
  throw error;
}

function secondsOf(watch: string | boolean | undefined): number | undefined {
  if (watch === undefined || watch === false) return undefined;
  if (watch === true) return EVERY;
  if (/^\d{1,6}(\.\d+)?$/.test(watch) && Number(watch) > 0) return Number(watch);
  throw new UsageError(`--watch ${sanitize(watch)}: it is a number of seconds, such as ${EVERY}`);
}

/** Waits, or until an interrupt, which is how one leaves. */
async function isInterrupted(seconds: number, interrupted: AbortSignal): Promise<boolean> {
  if (!interrupted.aborted) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(end, 1000 * seconds);
      function end() {
        clearTimeout(timer);
        interrupted.removeEventListener("abort", end);
        resolve();
      }
      interrupted.addEventListener("abort", end);
    });
  }
  return interrupted.aborted;
}

/** Prints lines; on a terminal in the place of those of the last look. Returns how many. */
function draw(lines: readonly string[], before: number): number {
  const { stdout } = process;
  if (stdout.isTTY && before > 0) {
    moveCursor(stdout, 0, -before);
    clearScreenDown(stdout);
  } else if (before > 0) console.log("");
  console.log(lines.join("\n"));
  // A line that is longer than the terminal is wide takes several of its rows.
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / (stdout.columns || Number.POSITIVE_INFINITY))), 0);
}
