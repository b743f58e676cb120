import type { Table } from "apache-arrow";
import { amountText } from "../quantity.ts";
import { gridKeysOf } from "../table/map-columns.ts";
import { distinct, numbersOf, textsOf } from "./columns.ts";
import { keyText } from "./plane.ts";

/** Name of a sweep's model. */
export function modelOf(map: Table): string {
  return map.schema.metadata.get("model") ?? "sweep";
}

function count(points: number): string {
  return points.toLocaleString("en");
}

/** One line about the sweep: how many points, how they were integrated, what is equal in all of them. */
export function about(map: Table, rows: readonly number[], notes: readonly string[]): string {
  const { metadata } = map.schema;
  const [solver, step, steps, timeUnit = ""] = ["solver", "stepSize", "steps", "timeUnit"].map((name) => metadata.get(name));
  const time = (value: number) => amountText(value, timeUnit);
  const status = textsOf(map, "status");
  const failures = new Map<string, number>();
  for (const row of rows) if (status[row] !== "ok") failures.set(status[row], (failures.get(status[row]) ?? 0) + 1);
  const fixed = gridKeysOf(map).map((key) => ({ key, stops: distinct(numbersOf(map, key), rows) }));
  const constant = rows.length > 1 ? fixed.filter(({ stops }) => stops.length === 1) : [];
  const parts = [
    rows.length === 1 ? "1 point" : `${count(rows.length)} points${rows.length < map.numRows ? ` of ${count(map.numRows)}` : ""}`,
    ...notes,
    ...Array.from(failures, ([name, found]) => `${count(found)} ${name}`),
    ...constant.map(({ key, stops }) => keyText(map, key, stops[0])),
    ...(steps === undefined || step === undefined ? [] : [`${time(Number(steps) * Number(step))} in steps of ${time(Number(step))}`]),
    ...(solver === undefined ? [] : [solver]),
  ];
  return parts.map((part) => part.trim()).join(" · ");
}
