import type { DescribedEdge } from "../api/describe.ts";
import { extentOf } from "../figure/scale.ts";
import { groupBy } from "../lists.ts";
import { delayForm } from "../model/template/delay.ts";
import { edgeFacts, type Network, type PlacedNode } from "../model/template/network.ts";
import { counted } from "./circuits.ts";
import { columns, wrapped } from "./columns.ts";

/** An edge as it is told. */
export interface Wire extends DescribedEdge {
  /** Path of the node that the edge's operators make; "" if it has none. */
  through: string;
}

/** More edges than this are told in groups. */
const MOST_EDGES = 60;

/** The edges of a network. `edgeNodes`: the nodes that edges have made of their operators, in the order of the edges. */
export function wiresOf({ edges }: Pick<Network, "edges">, edgeNodes: readonly PlacedNode[]): Wire[] {
  let used = 0;
  return edges.map((placed) => {
    const { template } = placed.edge;
    return { ...edgeFacts(placed), through: template && template.operators.length > 0 ? (edgeNodes[used++]?.path ?? "") : "" };
  });
}

/** Lines about edges: each of them, or groups of those that join the same variables of other nodes. */
export function wiringText(wires: readonly Wire[], timeUnit: string, all: boolean): string[] {
  if (wires.length === 0) return [];
  const isLarge = wires.length > MOST_EDGES && !all;
  const rows = isLarge ? groupRows(wires) : wires.map((wire) => edgeRow(wire, timeUnit));
  const title = isLarge ? `Edges (${wires.length}; --all lists each)` : `Edges (${wires.length})`;
  return [title, "", ...columns(rows, "  "), ...chainText(wires), ""];
}

function edgeRow({ source, target, weight, delay, spread, through }: Wire, timeUnit: string): string[] {
  const late = delayText(delay, spread, timeUnit === "" ? "" : ` ${timeUnit}`);
  const more = [...(late === "" ? [] : [late]), ...(through === "" ? [] : [`through ${through}`])];
  return [source, "->", target, `weight ${weight}`, more.join(", ")];
}

/** A delay and what becomes of it. */
function delayText(delay: number, spread: number, unit: string): string {
  const form = delayForm(delay, spread);
  const delayed = `delay ${delay}${unit}${spread > 0 ? `, spread ${spread}${unit}` : ""}`;
  if (form.kind === "chain") return `${delayed}: ${counted(form.stages, "stage")}`;
  if (form.kind === "steps") return delayed;
  return delay > 0 ? `${delayed}: no stages, so no delay` : "";
}

function chainText(wires: readonly Wire[]): string[] {
  if (!wires.some(({ delay, spread }) => delayForm(delay, spread).kind === "chain")) return [];
  const text = "A delay with a spread is a chain of n = round((delay/spread)^2) stages, each x' = n/delay * (before - x).";
  return ["", ...wrapped(text, "  ")];
}

function groupRows(wires: readonly Wire[]): string[][] {
  const throughOf = ({ through }: Wire) => through.replace(/_num\d+$/, "");
  const groups = groupBy(wires, (wire) =>
    JSON.stringify([variableOf(wire.source), variableOf(wire.target), throughOf(wire).split("/").at(-1)]),
  );
  return [...groups.values()].map((group) => {
    const [{ source, target }] = group;
    const through = throughOf(group[0]);
    const ranges = (["weight", "delay", "spread"] as const).map((name) => rangeOf(name, group)).filter((text) => text !== "");
    const parts = [...ranges, ...(through === "" ? [] : [`through ${through}`])];
    return [`*/${variableOf(source)}`, "->", `*/${variableOf(target)}`, `${group.length} edges`, parts.join(", ")];
  });
}

/** `operator/variable` of a full path. */
function variableOf(path: string): string {
  return path.split("/").slice(-2).join("/");
}

function rangeOf(name: "weight" | "delay" | "spread", wires: readonly Wire[]): string {
  const [low, high] = extentOf(wires.map((wire) => wire[name])) ?? [0, 0];
  if (low === high) return name !== "weight" && low === 0 ? "" : `${name} ${low}`;
  return `${name} ${low} to ${high}`;
}
