import type { Table } from "apache-arrow";
import { preparedBranches, preparedCurves } from "../api/continuation.ts";
import { preparedCycles } from "../api/cycles.ts";
import { Problems } from "../check.ts";
import { MassgridError } from "../errors.ts";
import type { ContinueCycleOptions } from "../index.ts";
import { append } from "../lists.ts";
import { caseText, sameButForCase } from "../lookalike.ts";
import { prepare, readContinueSpec } from "./continue-spec.ts";
import { type Found, reportOf, tellFound } from "./continue-summary.ts";
import { explain } from "./explain.ts";
import {
  type Compression,
  checkCompression,
  checkExtension,
  checkFigure,
  type FileWork,
  fileBeside,
  kindOfFile,
  prepareFolder,
  tableWriters,
  writeFilesInTurn,
  writeTable,
} from "./files.ts";
import { readSource } from "./spec.ts";
import { UsageError } from "./usage.ts";

export interface ContinueOptions {
  out?: string;
  plot?: string;
  compression?: Compression;
  set?: string[];
  json?: boolean;
}

type Cycles = NonNullable<ReturnType<ReturnType<typeof preparedCycles>>>;

/** Follows what a spec file asks for: branches of equilibria, cycles from their Hopf points, curves in two parameters. Prints special points. */
export async function continueSpec(file: string, options: ContinueOptions): Promise<void> {
  checkExtension("--out", options.out, Object.keys(tableWriters));
  checkCompression(options);
  await checkFigure("--plot", options.plot);
  const source = readSource(file);
  const problems = new Problems();
  const { equilibria, cycles, curves, underCycles } = readContinueSpec(problems, source, options.set);
  const runs = {
    equilibria: equilibria && prepare(problems, () => preparedBranches(equilibria)),
    cycles: cycles && prepare(problems, () => preparedCycles(cycles), underCycles),
    curves: curves && prepare(problems, () => preparedCurves(curves)),
  };
  if (problems.any) explain(source, new MassgridError(problems.list));
  for (const target of [options.out, options.plot]) if (target !== undefined) prepareFolder(target);
  // What follows holds up the event loop, so that a handler of SIGINT would be called when it is done: without one, the process ends at once.
  process.removeAllListeners("SIGINT");
  const start = performance.now();
  const found: Found = { notes: [], failures: [] };
  found.equilibria = attempt(found, "equilibria", () => runs.equilibria?.());
  const followed = attempt(found, "cycles", () => cyclesFrom(found, runs.cycles, cycles?.from));
  found.cycles = followed?.table;
  for (const { branch, index } of followed?.missed ?? [])
    found.failures.push(`cycles: none was found at the Hopf point of branch ${branch}, index ${index}`);
  found.curves = attempt(found, "curves", () => runs.curves?.());
  const seconds = (performance.now() - start) / 1000;
  if (!found.equilibria && !found.cycles && !found.curves) throw new Error(found.failures.join("\n"));
  const written = await writeFiles(options, found);
  if (options.json === true) console.log(JSON.stringify(reportOf(found, { seconds, written }), null, 2));
  else tellFound(found, { seconds, written });
}

/** Cycles from where the spec says, or from every Hopf point of the equilibria. */
function cyclesFrom(
  { equilibria, notes }: Found,
  run: ReturnType<typeof preparedCycles> | undefined,
  from: ContinueCycleOptions["from"],
): Cycles | undefined {
  if (!run) return undefined;
  if (from !== undefined) return run(from);
  if (!equilibria) return undefined;
  const hasHopf = Array.from(equilibria.getChild("label") ?? []).includes("HB");
  if (hasHopf) return run(equilibria);
  notes.push(
    "the branches have no Hopf point, and so there are no cycles to follow; cycles: {from: simulation} begins where the model comes to",
  );
  return undefined;
}

/** A part of what was asked for; where it is none, why is kept with the failures, and the other parts stay. */
function attempt<Part>({ failures }: Found, name: string, work: () => Part): Part | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MassgridError)) throw error;
    append(
      failures,
      error.problems.map(({ code, message }) => `${name}: ${code}: ${message}`),
    );
    return undefined;
  }
}

/** Refuses names in Parquet that its readers do not tell apart, as sweeps do. */
function checkNames(out: string | undefined, name: string, table: Table): void {
  if (out === undefined || !kindOfFile(out).isParquet) return;
  const [same] = sameButForCase(table.schema.fields.map((field) => field.name));
  if (same) throw new UsageError(`E_CASE_NAME: ${name}: ${caseText(same[0], same[1])}; nothing was written`);
}

/** Writes the files that were asked for, and returns their names: the first table under the name of --out, the others beside it. */
async function writeFiles({ out, plot, compression }: ContinueOptions, { equilibria, cycles, curves }: Found): Promise<string[]> {
  const tables: [name: string, table: Table | undefined][] = Object.entries({ equilibria, cycles, curves });
  const works: FileWork[] = [];
  for (const [name, table] of tables) {
    if (out === undefined || table === undefined) continue;
    works.push([works.length === 0 ? out : fileBeside(out, name), (file) => writeTable(file, table, compression)]);
  }
  if (plot !== undefined) {
    const { writeDiagram } = await import("./write-figure.ts");
    works.push([plot, (file) => writeDiagram(file, { equilibria, cycles, curves })]);
  }
  for (const [name, table] of tables) if (table) checkNames(out, name, table);
  return await writeFilesInTurn(works);
}
