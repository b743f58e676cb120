import { existsSync, readFileSync, statSync } from "node:fs";
import { extname } from "node:path";
import { Table } from "apache-arrow";
import { MassgridError, sanitize } from "../errors.ts";
import { numbersOf, textsOf } from "../figure/columns.ts";
import { type DiagramSource, formOfBranches } from "../figure/diagram-source.ts";
import { mapOfAcross } from "../figure/replicates.ts";
import { type FigureSource, mapFrom, tracedPoints, tracesOf } from "../figure/source.ts";
import { decodeTable, foreign, formOf, noSweep } from "../figure/table-file.ts";
import { openSweep } from "../index.ts";
import { isUrl } from "../store/disk/s3-location.ts";
import { gridKeysOf, KEY } from "../sweep/columns.ts";
import { checkFigure, fileBeside, MOST_READ, mapFileOf, resultsFileOf } from "./files.ts";
import { messageOf, UsageError, usageError } from "./usage.ts";
import { writeDiagram, writeFigure } from "./write-figure.ts";

export interface PlotOptions {
  out?: string;
  x?: string;
  y?: string;
  feature?: string[];
  output?: string[];
  points?: string[];
  width?: string;
  height?: string;
  title?: string;
  curves?: string;
}

/** Pixels of a figure's side. */
const SIDE = { least: 100, most: 10_000 };

/** Draws a sweep that a file holds. Prints where the figure is. */
export async function plot(file: string, options: PlotOptions): Promise<void> {
  const { out = besideOf(file), x, y, feature: features, output: outputs, points, title } = options;
  await checkFigure("--out", out);
  const [width, height] = [pixels("--width", options.width), pixels("--height", options.height)];
  try {
    const table = isStored(file) ? undefined : await readTable(file);
    const diagram = table && (await diagramOf(file, table));
    if (diagram) {
      checkDiagramOptions(options);
      await writeDiagram(out, diagram, { width, height, ...(title === undefined ? {} : { title }) });
    } else {
      const source = table ? await sourceOfFile(file, table) : await openStored(file);
      const over = options.curves === undefined ? {} : await readCurves(options.curves);
      await writeFigure(out, source, { x, y, features, outputs, points, title, width, height, ...over });
    }
  } catch (error) {
    throw error instanceof MassgridError ? usageError(error) : error;
  }
  console.log(`wrote ${out}`);
}

/** Name of the figure beside a file: out/x.arrow → out/x.svg. */
function besideOf(file: string): string {
  const extension = extname(file);
  return `${/^\.(arrows?|parquet)$/.test(extension) ? file.slice(0, file.length - extension.length) : file.replace(/[/\\]+$/, "")}.svg`;
}

function pixels(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= SIDE.least && value <= SIDE.most) return value;
  throw new UsageError(`${option} ${text}: a whole number of pixels from ${SIDE.least} to ${SIDE.most} is needed`);
}

/**
 * The sweep that `--store` has stored, or in a file of Arrow IPC or Parquet that `massgrid sweep --out` or `tableToIPC` wrote: a map, a table of
 * acrossReplicates, or traces in either layout. What stands beside it (`x.map.arrow` beside `x.arrow`) is used too, if it is of the same
 * sweep. Throws a MassgridError for what is no sweep, and a UsageError for what cannot be read.
 */
export async function openSource(file: string): Promise<FigureSource> {
  return isStored(file) ? await openStored(file) : await sourceOfFile(file, await readTable(file));
}

/** Whether a sweep is one of `--store`. */
function isStored(file: string): boolean {
  return isUrl(file) || (existsSync(file) && statSync(file).isDirectory());
}

/** The branches, cycles or curves of a file that `massgrid continue --out` wrote, with those beside it; undefined where it holds none. */
async function diagramOf(file: string, table: Table): Promise<DiagramSource | undefined> {
  const form = formOfBranches(table);
  if (form !== "equilibria") return form && { [form]: table };
  const source: DiagramSource = { equilibria: table };
  for (const other of ["cycles", "curves"] as const) {
    const beside = fileBeside(file, other);
    if (!existsSync(beside)) continue;
    const found = await readTable(beside);
    if (formOfBranches(found) === other && found.schema.metadata.get("model") === table.schema.metadata.get("model")) source[other] = found;
    else console.error(`${sanitize(beside)} is of another model than ${sanitize(file)} and was left out`);
  }
  return source;
}

/** Refuses what chooses among the points and features of a sweep. */
function checkDiagramOptions({ x, y, feature, output, points, curves }: PlotOptions): void {
  const given = Object.entries({ x, y, feature, output, points, curves }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`],
  );
  if (given.length > 0) throw new UsageError(`the file holds branches, which are drawn as a diagram: leave out ${given.join(", ")}`);
}

/** What is drawn over a figure: curves in two parameters, or branches in one, with the cycles beside them. */
async function readCurves(file: string): Promise<{ curves: Table } | { branches: DiagramSource }> {
  const table = await readTable(file);
  if (formOfBranches(table) === "curves") return { curves: table };
  const source = await diagramOf(file, table);
  if (source) return { branches: { equilibria: source.equilibria, cycles: source.cycles } };
  throw new UsageError(`--curves ${sanitize(file)}: it holds no curves and no branches; massgrid continue --out writes them`);
}

async function sourceOfFile(file: string, table: Table): Promise<FigureSource> {
  const form = formOf(table);
  if (form === "map") return { map: table, traces: tracesBeside(file, table), first: "features" };
  if (form === "across") return { map: mapOfAcross(table), traces: undefined, first: "features" };
  if (form === "traces")
    return { map: (await mapBeside(file, table)) ?? mapFrom(table), traces: async () => tracesOf(table), first: "traces" };
  throw foreign(file, table);
}

async function readTable(file: string): Promise<Table> {
  let bytes: Buffer;
  try {
    const { size } = statSync(file);
    if (size > MOST_READ) {
      throw new Error(`it has ${size} bytes, more than can be read at once; draw its map, ${sanitize(mapFileOf(file))}`);
    }
    bytes = readFileSync(file);
  } catch (error) {
    throw new UsageError(`${sanitize(file)} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  return await decodeTable(file, bytes);
}

/** The map beside a file of traces. */
async function mapBeside(file: string, traces: Table): Promise<Table | undefined> {
  const beside = mapFileOf(file);
  if (!existsSync(beside)) return undefined;
  const map = await readTable(beside);
  if (formOf(map) === "map" && isOfOneSweep(map, traces)) return map;
  console.error(`${sanitize(beside)} is of another sweep than ${sanitize(file)} and was left out`);
  return undefined;
}

/** The traces beside a map; they are read when a figure needs them. */
function tracesBeside(file: string, map: Table): FigureSource["traces"] {
  const beside = resultsFileOf(file);
  if (beside === undefined || !existsSync(beside)) return undefined;
  return async () => {
    const traces = await readTable(beside);
    if (formOf(traces) === "traces" && isOfOneSweep(map, traces)) return tracesOf(traces);
    throw noSweep(`${sanitize(beside)} is of another sweep than ${sanitize(file)}; remove one of them`);
  };
}

/** Whether both have the same points, model and steps. */
function isOfOneSweep(map: Table, traces: Table): boolean {
  const facts = ["model", "solver", "steps", "stepSize", "samplingStepSize"];
  if (!facts.every((fact) => map.schema.metadata.get(fact) === traces.schema.metadata.get(fact))) return false;
  const points = new Map(tracedPoints(traces).map(({ key, values }) => [key, values]));
  const names = textsOf(map, KEY);
  const columns = gridKeysOf(map).map((key) => ({ key, values: numbersOf(map, key) }));
  const isThere = (name: string, row: number) => columns.every(({ key, values }) => points.get(name)?.get(key) === values[row]);
  return names.length === points.size && names.every(isThere);
}

/** The sweep in a directory of `--store`. Of its traces only those that are drawn are read. Throws as openSweep. */
async function openStored(directory: string): Promise<FigureSource> {
  const stored = await openSweep(directory);
  const traces = async () => {
    const first = await stored.batches().next();
    const { outputs, times } = tracesOf(new Table(first.done ? [] : [first.value]));
    return { outputs, times, trace: (key: string, output: string) => stored.trace(key, output) };
  };
  return { map: stored.map, traces: stored.files.length > 0 ? traces : undefined, first: "features" };
}
