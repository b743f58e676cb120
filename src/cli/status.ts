import { clearScreenDown, moveCursor } from "node:readline";
import { statusReader } from "../api/search.ts";
import { MassgridError, sanitize } from "../errors.ts";
import type { SweepStatus } from "../index.ts";
import { rangesOf, rangesText } from "../store/shard-choice.ts";
import { align } from "./columns.ts";
import { UsageError } from "./usage.ts";

export interface StatusOptions {
  json?: boolean;
  watch?: string | boolean;
}

/** Seconds between two looks at a sweep. */
const EVERY = 2;

/** Tells how far a stored sweep is: once, or again and again until it is complete. */
export async function status(directory: string, { json, watch }: StatusOptions, interrupted: AbortSignal): Promise<void> {
  const seconds = secondsOf(watch);
  try {
    const reader = await statusReader(directory);
    let lines = 0;
    for (;;) {
      const now = await reader.read();
      if (json === true) console.log(JSON.stringify(now, null, seconds === undefined ? 2 : undefined));
      else lines = draw(statusLines(directory, now), lines);
      if (seconds === undefined || now.complete || (await isInterrupted(seconds, interrupted))) return;
    }
  } catch (error) {
    if (error instanceof MassgridError && error.code === "E_MANIFEST_MISSING") throw new UsageError(error.message, { cause: error });
    throw error;
  }
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

/** Processes that are listed. */
const MOST_LISTED = 20;

/** The status of a sweep in a few lines. */
export function statusLines(directory: string, found: SweepStatus): string[] {
  const { complete, points, done, failed, shards, shardsDone, missing, running, rate, left } = found;
  const number = (value: number) => value.toLocaleString("en");
  const some = failed > 0 ? `, ${number(failed)} of them failed` : "";
  if (complete) return [`${sanitize(directory)}: complete: ${number(points)} points in ${number(shards)} shards${some}`];
  const percent = Math.floor((1000 * done) / points) / 10;
  const head = `${sanitize(directory)}: ${number(shardsDone)} of ${number(shards)} shards, ${number(done)} of ${number(points)} points (${percent} %)${some}`;
  if (missing.length === 0) return [head, "all shards are there: massgrid finish completes it"];
  const shown = running.slice(0, MOST_LISTED);
  const table = [
    shown.map(({ machine }) => `  ${machine}`),
    shown.map(({ process: pid }) => String(pid)),
    shown.map(({ shards: own }) => `${own.length === 1 ? "shard" : "shards"} ${rangesText(rangesOf(own))}`),
    shown.map(({ seconds, silence }) => `for ${duration(seconds)}, told ${duration(silence)} ago`),
  ];
  const more = running.length > MOST_LISTED ? [`  and ${running.length - MOST_LISTED} more`] : [];
  const who = running.length === 1 ? "1 process computes" : `${running.length} processes compute`;
  return [
    head,
    ...(running.length > 0 ? [`${who}:`, ...align(table), ...more] : ["nobody computes it now, as far as was told"]),
    ...(rate !== null && left !== null ? [`${number(Number(rate.toPrecision(3)))} points a second; ${duration(left)} left`] : []),
    `missing: shards ${rangesText(missing)}`,
  ];
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A time as one says it. */
export function duration(seconds: number): string {
  if (seconds < MINUTE) return `${Math.round(seconds)} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ${Math.round(seconds % MINUTE)} s`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h ${Math.round((seconds % HOUR) / MINUTE)} min`;
  return `${Math.floor(seconds / DAY)} d ${Math.round((seconds % DAY) / HOUR)} h`;
}
