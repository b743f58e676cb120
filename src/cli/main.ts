import { Command, CommanderError, Option } from "commander";
import { DEFAULTS } from "../options/table.ts";
import { reducers } from "../reduce/reducers.ts";
import { type Solver, solverNames } from "../sweep/solver.ts";
import { version } from "../version.ts";
import type { ExploreOptions } from "./explore.ts";
import type { PlotOptions } from "./plot.ts";
import type { ShowOptions } from "./show.ts";
import type { SweepOptions } from "./sweep.ts";
import { AllFailed, messageOf, UsageError } from "./usage.ts";

/** The run failed; the call is wrong; the run went well, but no point reached the end. */
const FAILED = 1;
const WRONG_CALL = 2;
const ALL_FAILED = 3;

/** Options as YAML, in one line. */
function yamlOf(options: object): string {
  return `{${Object.entries(options)
    .map(([name, value]) => `${name}: ${value}`)
    .join(", ")}}`;
}

const level = reducers.crossings.options.level.default();
const named = (kind: Solver["kind"]) => solverNames(kind).join(", ");
const confidence = `${100 * DEFAULTS.acrossReplicates.confidence} %`;

const exitCodes = `
Exit codes: 0 all went well, 1 the run failed, 2 the call is wrong and nothing was computed, 3 no point reached the end.`;

const examples = `
Examples:
  $ massgrid sweep examples/jansen-rit.yaml
  $ massgrid sweep examples/jansen-rit.yaml --out out/jansen-rit.arrow --plot out/jansen-rit.svg
  $ massgrid sweep examples/jansen-rit.yaml --store out/jansen-rit --format parquet
  $ massgrid verify out/jansen-rit
  $ massgrid plot out/jansen-rit.arrow --output "V_pce - V_pci" --points C=68..270
  $ massgrid models jansen
  $ massgrid show model_templates.neural_mass_models.jansenrit.JRC2
  $ massgrid explore
${exitCodes}`;

const specHelp = `
The spec is a YAML file with the options of gridSearch():
  circuitTemplate   path of a model template
  paramGrid         key: [68, 135], {linspace: [start, stop, n]}, {geomspace: [start, stop, n]} (evenly on a
                    logarithmic scale), {logspace: [start, stop, n]} (the same by exponents of 10, as in NumPy),
                    {uniformSample: {low, high, n, seed}} or {normalSample: {mean, sd, n, seed}}; or, for all keys together,
                    sobol, latinHypercube or uniformSample: {ranges: {key: [low, high]}, n, seed},
                    or normalSample: {distributions: {key: {mean, sd}}, n, seed}
  paramMap          key: {vars: [operator/variable], nodes: [node]}
  permuteGrid       true for every combination of the grid's values
  replicates        how often each point is run, each time with independent noise
  simulationTime, stepSize, samplingStepSize, cutoff      in the model's unit of time
  inputs            path: a number, {uniformNoise: {low, high, seed}}, {normalNoise: {mean, sd, seed}},
                    {ornsteinUhlenbeck: {mean, sd, tau, seed}}
                    or {file: noise.f64} (little-endian doubles, one a step; {file, columns} for one column a point)
  history           path: what the variable was before time 0, a number or samples (docs/delays.md)
  noise             path: {sd, seed, shared, sharedByNodes}, white noise on states and inputs (docs/noise.md)
  outputs           name: path of a variable
  features          output: [mean, std, {crossings: ${yamlOf({ level })}}, ...], columns of the map (docs/features.md)
  rename            name of a grid key or output: what its column is called
  results           false keeps no traces: the map alone is written
  traceType         float32 keeps traces in half of the room, each number rounded
  solver            a name, or {name: rk45, rtol: 1e-8, atol: 1e-12} (docs/solvers.md): fixed step ${named("fixed")};
                    adaptive step size ${named("adaptive")}; with noise ${named("stochastic")}
  fastMath          true takes faster steps, off by rounding, on engines that can (docs/arithmetic.md); --fast-math is the same
  precision         float32 takes steps in numbers of 32 bits (docs/arithmetic.md); --precision float32 is the same
  certify           true, or ${yamlOf(DEFAULTS.certify)}; --certify is the same
  workers           threads that integrate, if --workers does not say
  figure            name: outputs joined by + or -, for the figure and the summary (V: V_pce - V_pci)

The map of the sweep (point, grid values, status, features) is written beside the results: out/x.arrow, out/x.map.arrow.

Examples:
  $ massgrid sweep examples/jansen-rit.yaml
  $ massgrid sweep examples/jansen-rit.yaml --out out/jansen-rit.arrow --plot out/jansen-rit.svg
${exitCodes}`;

const certifyHelp = "run a sample of the points again at half the step and by a solver of high order; say how far off they are";

const plotHelp = `
What is drawn, if no option says otherwise:
  traces against time     of at most 24 points; of a map, where it has no features
  features                a line against the grid key that varies, a heat map over two, dots where points are on no grid;
                          a panel for each feature, and for each value of further keys; of replicates their mean, with a band or
                          bars of its ${confidence} confidence interval against one axis ("--points replicate=0" draws one of them)

The file is one that "massgrid sweep --out" wrote, x.arrow or its map x.map.arrow, or a table of tableToIPC(), of acrossReplicates()
too; the other of the two is read as well where it stands beside.

Points:
  JRC2_0 JRC2_5           by their names
  C=68 C=68,135           by a grid key's values
  C=100..200 u=120..220   by ranges, ends included; all conditions hold

Examples:
  $ massgrid plot out/jansen-rit.arrow
  $ massgrid plot out/jansen-rit.arrow --output "V_pce - V_pci" --points C=68..270 --out out/traces.png
  $ massgrid plot out/plane.map.arrow --x C --y u --feature V_peakFrequency V_regime
${exitCodes}`;

const showHelp = `
A template is any that a sweep takes as circuitTemplate: package.module.Template of those that are bundled ("massgrid models"
lists them), or path/to/file.yaml/Template; of a file alone, its circuit is shown, or its circuits are listed.

Forms:
  text             equations, variables with values and units, and edges, for each kind of node once
  assemblyscript   source of a module that exports rhs(t, y, dy, p, n) and observe(t, y, out, p, n)

Examples:
  $ massgrid show model_templates.oscillators.vanderpol.vdp
  $ massgrid show models/my-model.yaml/Circuit
  $ massgrid show model_templates.neural_mass_models.qif.qif --as assemblyscript > qif.ts
${exitCodes}`;

const modelsHelp = `
Examples:
  $ massgrid models
  $ massgrid models kuramoto
${exitCodes}`;

const exploreHelp = `
The page computes in the browser: model, sweep and figures are chosen there, and its address holds all of it. Nothing is opened
but a port of this machine, and no request leaves it. The folder dist/explorer of the package is the same page for any web server.

Examples:
  $ massgrid explore
  $ massgrid explore models/my-model.yaml --port 8080
${exitCodes}`;

function program(signal: AbortSignal): Command {
  const massgrid = new Command("massgrid")
    .description("Sweep neural mass models over parameter grids; results are Apache Arrow tables.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .addHelpText("after", examples)
    .showSuggestionAfterError(true)
    .exitOverride();
  massgrid
    .command("sweep")
    .description("run the sweep that a YAML file describes, and print a summary")
    .argument("<spec>", "YAML file with the options of gridSearch()")
    .addOption(new Option("-o, --out <file>", "write the traces: .arrow (Arrow IPC file) or .arrows (IPC stream)"))
    .addOption(new Option("-p, --plot <file>", "draw the traces, or the features if there are many points: .svg or .png"))
    .addOption(new Option("-w, --workers <n>", "threads that integrate; 0: none but the first (default: the machine's cores)"))
    .addOption(new Option("-s, --store <directory>", "stream the traces to files in a directory, and keep none in memory"))
    .addOption(new Option("--format <format>", "format of those files").choices(["arrow", "parquet"]))
    .addOption(new Option("--resume", "go on with what is in the directory; begin where there is nothing"))
    .addOption(new Option("--extend", "as --resume, with further points in the grid"))
    .addOption(new Option("-c, --certify", certifyHelp))
    .addOption(new Option("--precision <type>", "float32: steps in numbers of 32 bits (docs/arithmetic.md)"))
    .addOption(new Option("--fast-math", "round products and sums together: faster steps, off by rounding (docs/arithmetic.md)"))
    .addHelpText("after", specHelp)
    .action(async (spec: string, options: SweepOptions) => (await import("./sweep.ts")).sweep(spec, options, signal));
  addStoreCommands(massgrid, signal);
  addPlotCommand(massgrid);
  addModelCommands(massgrid);
  addExploreCommand(massgrid, signal);
  return massgrid;
}

/** The commands for sweeps that are stored. */
function addStoreCommands(massgrid: Command, signal: AbortSignal): void {
  massgrid
    .command("resume")
    .description("go on with a stored sweep whose model is a bundled one, or repair it")
    .argument("<directory>", "what --store was given")
    .action(async (directory: string) => (await import("./store.ts")).resumeDirectory(directory, signal));
  massgrid
    .command("verify")
    .description("check every file of a stored sweep; leaves with 1 where anything is wrong")
    .argument("<directory>", "what --store was given")
    .action(async (directory: string) => (await import("./store.ts")).verifyDirectory(directory));
}

/** The command for figures. */
function addPlotCommand(massgrid: Command): void {
  massgrid
    .command("plot")
    .description("draw a sweep: traces, a feature against one grid key, or a heat map over two")
    .argument("<sweep>", "what massgrid sweep --out wrote (.arrow or .arrows), or a directory of --store")
    .addOption(new Option("-o, --out <file>", "the figure: .svg or .png; beside the input, as .svg, if not given"))
    .addOption(new Option("-x, --x <key>", "grid key along x"))
    .addOption(new Option("-y, --y <key>", "grid key along y; with --x alone, features are drawn against that key"))
    .addOption(new Option("-f, --feature <names...>", "features to draw, or status"))
    .addOption(new Option("--output <names...>", "draw the traces of these outputs, or of sums and differences of them"))
    .addOption(new Option("--points <points...>", "draw these points alone: names, or conditions"))
    .addOption(new Option("--width <pixels>", "width of the whole figure"))
    .addOption(new Option("--height <pixels>", "height of the whole figure"))
    .addOption(new Option("--title <text>", "title of the figure"))
    .addHelpText("after", plotHelp)
    .action(async (file: string, options: PlotOptions) => (await import("./plot.ts")).plot(file, options));
}

/** The commands that show models. What each command needs is loaded when it runs: help and errors are there at once. */
function addModelCommands(massgrid: Command): void {
  massgrid
    .command("models")
    .description("list the bundled models: path, description, numbers of states, parameters and edges")
    .argument("[text]", "list those whose path or description has this text")
    .addHelpText("after", modelsHelp)
    .action(async (text: string | undefined) => (await import("./show.ts")).models(text));
  massgrid
    .command("show")
    .description("show a model: its equations, variables and edges, or its source")
    .argument("<template>", "path of a template, or of a file of templates")
    .addOption(new Option("--as <form>", "what to print").choices(["text", "assemblyscript"]).default("text"))
    .addOption(new Option("-a, --all", "list every node and edge, also of a large network"))
    .addHelpText("after", showHelp)
    .action(async (template: string, options: ShowOptions) => (await import("./show.ts")).show(template, options));
}

/** The command for the page. */
function addExploreCommand(massgrid: Command, signal: AbortSignal): void {
  massgrid
    .command("explore")
    .description("serve the explorer, a page to sweep models in, on this machine until it is interrupted")
    .argument("[model]", "file of a template to begin with; the published sweep if not given")
    .addOption(new Option("--port <port>", "port to listen at (default: any that is free)"))
    .addHelpText("after", exploreHelp)
    .action(async (model: string | undefined, options: ExploreOptions) => (await import("./explore.ts")).explore(model, options, signal));
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
    console.error(error instanceof UsageError ? error.message : `massgrid: ${messageOf(error)}`);
    if (error instanceof AllFailed) return ALL_FAILED;
    return error instanceof UsageError ? WRONG_CALL : FAILED;
  } finally {
    process.off("SIGINT", onInterrupt);
  }
}
