// What the worker of a diagram runs: branches of equilibria and cycles, or curves in two parameters, loaded when they are first asked for.
import type { Table } from "apache-arrow";
import { tableToIPC } from "apache-arrow/ipc/serialization";
import { type BranchProgress, type CurveCycles, continueCurve, continueCycle, continueEquilibrium, MassgridError } from "../index.ts";
import { diagramCall, STARTS, SWITCHES } from "./diagram-call.ts";
import { inputsOf, type ReadModel } from "./models.ts";
import type { DiagramEnd, DiagramPart, DiagramPartName, EngineRequest } from "./protocol.ts";
import { bytesOf } from "./save.ts";
import type { State } from "./state.ts";

/** The diagram that was made last: files and cycles are of it. */
let tables: Partial<Record<DiagramPartName, Table>> = {};
let orbits: CurveCycles["orbits"] | undefined;

/** Least time between two tables that are told, in ms, and how many times as long as they take to make. */
const PAUSE = 80;
const SHARE = 10;

/** Follows what a state asks for; the diagram is told as it grows. */
export async function followDiagram(state: State, model: ReadModel, tell: (part: DiagramPart) => void): Promise<DiagramEnd> {
  [tables, orbits] = [{}, undefined];
  const { paramMap, params, parameters, ranges, from, curves: kinds, outputs } = diagramCall(state, model.description);
  const system = { circuitTemplate: model.template, paramMap, params, outputs, ...inputsOf(state) };
  const whole = (part: DiagramPartName, table: Table) => {
    tables[part] = table;
    tell({ [part]: tableToIPC(table) });
  };
  const grows = (part: DiagramPartName) => ({ onProgress: paced((bytes) => tell({ [part]: bytes })) });
  const [parameter, second] = parameters;
  const [range, other] = ranges;
  if (second !== undefined) {
    const both = { parameters: [parameter, second] as const, ranges: [range, other] as const };
    const curves = await continueCurve({ ...system, ...both, from, curves: kinds, starts: STARTS, ...grows("curves") });
    orbits = curves.orbits;
    whole("curves", curves);
    return { notes: [...notesOf(curves), ...(state.diagram?.cycles === true ? lackOf(curves) : [])] };
  }
  const equilibria = await continueEquilibrium({ ...system, parameter, range, from, starts: STARTS, ...grows("equilibria") });
  whole("equilibria", equilibria);
  const notes = notesOf(equilibria);
  if (!Array.from(equilibria.getChild("label") ?? []).includes("HB"))
    return { notes: [...notes, "No branch has a Hopf point here, at which cycles would begin."] };
  try {
    const cycles = await continueCycle({ ...system, parameter, range, from: equilibria, switches: SWITCHES, ...grows("cycles") });
    orbits = cycles.orbits;
    whole("cycles", cycles.table);
    const missed = cycles.missed.map(({ branch, index }) => `No cycle was found at the Hopf point of branch ${branch}, index ${index}.`);
    return { notes: [...notes, ...missed] };
  } catch (error) {
    if (!(error instanceof MassgridError)) throw error;
    return { notes: [...notes, ...error.problems.map(({ message }) => `No cycles could be followed: ${message}`)] };
  }
}

/** Gives on what has come from time to time, so that making it takes little of the time. No promise is kept before the last step. */
function paced(give: (bytes: Uint8Array) => void): (progress: BranchProgress) => void {
  let next = 0;
  return ({ table }) => {
    const start = performance.now();
    if (start < next) return;
    give(tableToIPC(table()));
    next = start + Math.max(PAUSE, SHARE * (performance.now() - start));
  };
}

/** That there are no curves of cycles, where there are none. */
function lackOf(curves: Table): string[] {
  const isOfCycles = Array.from(curves.getChild("curve") ?? []).some((kind) => kind === "LPC" || kind === "PD");
  return isOfCycles ? [] : ["No cycle was found here whose branch folds, or at which the period doubles."];
}

function notesOf(table: Table): string[] {
  const ignored = table.schema.metadata.get("noiseIgnored");
  return ignored === undefined
    ? []
    : [`Branches are of the equations without noise: that of ${ignored} is left out, and an input has its mean.`];
}

/** A cycle of the diagram: a row for each of its times. */
export function orbitOf({ branch, index }: Extract<EngineRequest, { kind: "orbit" }>): Uint8Array {
  if (!orbits) throw new Error("there are no cycles");
  return tableToIPC(orbits(branch, index));
}

/** A table of the diagram as a file. */
export async function savedDiagram({ part, format }: Extract<EngineRequest, { kind: "saveDiagram" }>): Promise<Uint8Array> {
  const table = tables[part];
  if (!table) throw new Error(`there are no ${part} yet`);
  return await bytesOf(table, format);
}
