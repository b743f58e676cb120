import { Command, CommanderError, Option } from "commander";
import { SpecError } from "./spec.ts";
import { type SweepOptions, sweep, UsageError } from "./sweep.ts";
import { version } from "./version.ts";

/** The run failed; the call is wrong. */
const FAILED = 1;
const WRONG_CALL = 2;

const examples = `
Examples:
  $ massgrid sweep examples/jansen-rit.yaml
  $ massgrid sweep examples/jansen-rit.yaml --out out/jansen-rit.arrow --plot out/jansen-rit.svg

Exit codes: 0 all went well, 1 the run failed, 2 the call is wrong and nothing was computed.`;

const specHelp = `
The spec is a YAML file with the options of gridSearch():
  circuitTemplate   path of a model template
  paramGrid         key: [68, 135], {linspace: [start, stop, n]} or {logspace: [start, stop, n]} (exponents of 10)
  paramMap          key: {vars: [operator/variable], nodes: [node]}
  permuteGrid       true for every combination of the grid's values
  simulationTime, stepSize, samplingStepSize, cutoff      in the model's unit of time
  inputs            path: a number, {uniformNoise: {low, high, seed}}, {normalNoise: {mean, sd, seed}}
                    or {file: noise.f64} (little-endian doubles, one a step; {file, columns} for one column a point)
  outputs           name: path of a variable
  solver            euler, heun or rk4
  figure            name: outputs joined by + or -, for the figure and the summary (V: V_pce - V_pci)

The map of the sweep (point, grid values, status) is written beside the results: out/x.arrow, out/x.map.arrow.
${examples}`;

function program(signal: AbortSignal): Command {
  const massgrid = new Command("massgrid")
    .description("Sweep neural mass models over parameter grids; results are Apache Arrow tables.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .addHelpText("after", examples)
    .showSuggestionAfterError(true)
    .exitOverride();
  massgrid
    .command("sweep")
    .description("run the sweep that a YAML file describes, and print a summary")
    .argument("<spec>", "YAML file with the options of gridSearch()")
    .addOption(new Option("-o, --out <file>", "write the traces: .arrow (Arrow IPC file) or .arrows (IPC stream)"))
    .addOption(new Option("-p, --plot <file>", "draw the traces: .svg or .png"))
    .addHelpText("after", specHelp)
    .exitOverride()
    .action((spec: string, options: SweepOptions) => sweep(spec, options, signal));
  return massgrid;
}

/** Runs the command line; resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const stop = new AbortController();
  const onInterrupt = () => stop.abort(new Error("stopped; nothing was written"));
  process.once("SIGINT", onInterrupt);
  try {
    await program(stop.signal).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_CALL;
    const message = error instanceof Error ? error.message : String(error);
    console.error(error instanceof UsageError || error instanceof SpecError ? message : `massgrid: ${message}`);
    return error instanceof UsageError || error instanceof SpecError ? WRONG_CALL : FAILED;
  } finally {
    process.off("SIGINT", onInterrupt);
  }
}
