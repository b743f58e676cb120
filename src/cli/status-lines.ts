import { sanitize } from "../errors.ts";
import type { SweepStatus } from "../index.ts";
import { rangesOf, rangesText } from "../store/shard-choice.ts";
import { align } from "./columns.ts";

/** Processes that are listed. */
const MOST_LISTED = 20;

/** How much of a sweep is done, in a line. */
export function headLine(
  directory: string,
  { shards, shardsDone, points, done, failed }: Pick<SweepStatus, "shards" | "shardsDone" | "points" | "done" | "failed">,
): string {
  const percent = Math.floor((1000 * done) / points) / 10;
  return `${sanitize(directory)}: ${number(shardsDone)} of ${number(shards)} shards, ${number(done)} of ${number(points)} points (${percent} %)${failedText(failed)}`;
}

/** How fast it goes, and how long it takes yet, where that is known. */
export function rateLine({ rate, left }: Pick<SweepStatus, "rate" | "left">): string[] {
  return rate === null || left === null ? [] : [`${number(Number(rate.toPrecision(3)))} points a second; ${duration(left)} left`];
}

function number(value: number): string {
  return value.toLocaleString("en");
}

function failedText(failed: number): string {
  return failed > 0 ? `, ${number(failed)} of them failed` : "";
}

/** The status of a sweep in a few lines. */
export function statusLines(directory: string, found: SweepStatus): string[] {
  const { complete, points, failed, shards, missing, running, givenUp } = found;
  if (complete) return [`${sanitize(directory)}: complete: ${number(points)} points in ${number(shards)} shards${failedText(failed)}`];
  const head = headLine(directory, found);
  const lost = givenUp.slice(0, MOST_LISTED).map(({ shard, reason }) => `shard ${shard} is given up: ${sanitize(reason)}`);
  if (missing.length === 0) return [head, ...lost, "all shards are there: massgrid finish completes it"];
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
    ...lost,
    ...(running.length > 0 ? [`${who}:`, ...align(table), ...more] : ["nobody computes it now, as far as was told"]),
    ...rateLine(found),
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
