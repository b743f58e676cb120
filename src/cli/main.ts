import { Argument, Command, CommanderError, Option } from "commander";
import { compressionsOf } from "../options/options.ts";
import { DEFAULTS } from "../options/table.ts";
import { version } from "../version.ts";
import type { ContinueOptions } from "./continue.ts";
import {
  certifyHelp,
  completionHelp,
  continueHelp,
  examples,
  inspectHelp,
  plotHelp,
  redisHelp,
  scriptHelp,
  shardHelp,
  specHelp,
  statusHelp,
  workHelp,
} from "./help.ts";
import { addExploreCommand, addModelCommands } from "./model-commands.ts";
import type { PlotOptions } from "./plot.ts";
import type { WorkOptions } from "./queue/work.ts";
import type { ScriptOptions } from "./script.ts";
import { type EngineName, engineNames } from "./scripts/job.ts";
import type { ShardOptions } from "./shards.ts";
import type { StatusOptions } from "./status.ts";
import { endWithOutput } from "./stdout.ts";
import type { SweepOptions } from "./sweep.ts";
import { isWrongCall, messageOf, TERMINATED, Terminated } from "./usage.ts";

/** The run failed, or no point reached the end; the call is wrong. */
const FAILED = 1;
const WRONG_CALL = 2;

/** Shells that completion knows. */
const shells = ["bash", "zsh", "fish"];

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
    .addOption(
      new Option(
        "-o, --out <file>",
        "write the traces: .parquet, .csv, .arrow (Arrow IPC file) or .arrows (IPC stream); -: stream rows to stdout",
      ),
    )
    .addOption(
      new Option("--compression <codec>", "of .parquet (snappy or zstd), .arrow, .arrows or - (zstd; default: none)").choices(
        compressionsOf.parquet,
      ),
    )
    .addOption(new Option("--set <path=value>", "change an option of the spec, or the values of a grid key").argParser(collected))
    .addOption(new Option("--json", "print the summary as JSON"))
    .addOption(new Option("-p, --plot <file>", "draw the traces, or the features if there are many points: .svg or .png"))
    .addOption(new Option("-w, --workers <n>", "threads that integrate; 0: none but the first (default: the machine's cores)"))
    .addOption(
      new Option("-s, --store <directory>", "stream the traces to files in a directory or s3://bucket/prefix, and keep none in memory"),
    )
    .addOption(new Option("--format <format>", "format of those files").choices(["arrow", "parquet"]))
    .addOption(new Option("--resume", "go on with what is in the directory; begin where there is nothing"))
    .addOption(new Option("--extend", "as --resume, with further points in the grid"))
    .addOption(new Option("-c, --certify", certifyHelp))
    .addOption(new Option("--precision <type>", "float32: steps in numbers of 32 bits (docs/arithmetic.md)"))
    .addOption(new Option("--fast-math", "round products and sums together: faster steps, off by rounding (docs/arithmetic.md)"))
    .addOption(new Option("--runner <engine>", "hand the sweep to workers: massgrid work (docs/queue.md)").choices(["bullmq"]))
    .addOption(new Option("--redis <url>", redisHelp))
    .addOption(new Option("--attempts <n>", "how often workers begin a shard by itself that ends them, until it is given up (default: 10)"))
    .addOption(new Option("--shards-per-job <n>", "shards that a worker takes at a time (default: half a minute of a core)"))
    .addHelpText("after", specHelp)
    .action(async (spec: string, options: SweepOptions) => (await import("./sweep.ts")).sweep(spec, options, signal));
  addContinueCommand(massgrid);
  addStoreCommands(massgrid, signal);
  addShardCommands(massgrid, signal);
  addWorkCommand(massgrid, signal);
  addPlotCommand(massgrid);
  addModelCommands(massgrid);
  addExploreCommand(massgrid, signal);
  addInspectCommand(massgrid);
  addScriptCommand(massgrid);
  addCompletionCommand(massgrid);
  return massgrid;
}

/** An option that may be given several times. */
function collected(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** The command that follows equilibria, cycles and their bifurcations. */
function addContinueCommand(massgrid: Command): void {
  massgrid
    .command("continue")
    .description("follow the equilibria of a model while a parameter varies, its cycles, and curves of bifurcations in two parameters")
    .argument("<spec>", "YAML file with the options of continueEquilibrium(), cycles and continueCurve()")
    .addOption(new Option("-o, --out <file>", "write the branches: .parquet, .csv, .arrow or .arrows; cycles and curves beside it"))
    .addOption(
      new Option("--compression <codec>", "of .parquet (snappy or zstd), .arrow or .arrows (zstd; default: none)").choices(
        compressionsOf.parquet,
      ),
    )
    .addOption(new Option("-p, --plot <file>", "draw the bifurcation diagram: .svg or .png"))
    .addOption(new Option("--set <path=value>", "change an option of the spec, or the value of a parameter").argParser(collected))
    .addOption(new Option("--json", "print the special points as JSON"))
    .addHelpText("after", continueHelp)
    .action(async (spec: string, options: ContinueOptions) => (await import("./continue.ts")).continueSpec(spec, options));
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

/** The commands for sweeps that many processes compute. */
function addShardCommands(massgrid: Command, signal: AbortSignal): void {
  massgrid
    .command("shard")
    .description("compute a part of a stored sweep, as any number of processes may do at once, on any machines")
    .argument("<spec>", "YAML file with the options of gridSearch()")
    .addOption(new Option("--shard <i/n>", "the shards whose numbers leave i when divided by n: i from 0 to n - 1").makeOptionMandatory())
    .addOption(new Option("-s, --store <directory>", "where the sweep is stored, a directory or s3://bucket/prefix: the same for all"))
    .addOption(new Option("--format <format>", "format of its files").choices(["arrow", "parquet"]))
    .addOption(new Option("--set <path=value>", "change an option of the spec, or the values of a grid key").argParser(collected))
    .addOption(new Option("--grace <seconds>", `for the shards in hand when SIGTERM comes (default: ${DEFAULTS.shards.grace})`))
    .addOption(new Option("--json", "print what was done as JSON"))
    .addOption(new Option("-w, --workers <n>", "threads that integrate; 0: none but the first (default: the machine's cores)"))
    .addOption(new Option("--precision <type>", "float32: steps in numbers of 32 bits (docs/arithmetic.md)"))
    .addOption(new Option("--fast-math", "round products and sums together: faster steps, off by rounding (docs/arithmetic.md)"))
    .addHelpText("after", shardHelp)
    .action(async (spec: string, options: ShardOptions) => (await import("./shards.ts")).shard(spec, options, signal));
  massgrid
    .command("finish")
    .description("complete a stored sweep of which all shards are there; leaves with 1 where some are missing, and says which")
    .argument("<directory>", "what --store was given")
    .addOption(new Option("--json", "print the summary as JSON"))
    .action(async (directory: string, options: { json?: boolean }) => (await import("./shards.ts")).finish(directory, options));
  massgrid
    .command("status")
    .description("say how far a stored sweep is: what is done, what runs where, what failed, and how long it takes yet")
    .argument("[directory]", "what --store was given; or, with --redis, nothing")
    .addOption(new Option("--redis <url>", "of the sweeps in the queues of a Redis"))
    .addOption(new Option("-s, --store <directory>", "of these, the one of a store"))
    .addOption(new Option("--watch [seconds]", "look again every 2 seconds, or as many, until it is complete"))
    .addOption(new Option("--json", "print it as JSON; with --watch, a line for each look"))
    .addHelpText("after", statusHelp)
    .action(async (directory: string | undefined, options: StatusOptions) =>
      (await import("./status.ts")).status(directory, options, signal),
    );
}

/** The command for workers of a queue. */
function addWorkCommand(massgrid: Command, signal: AbortSignal): void {
  massgrid
    .command("work")
    .description('compute what "massgrid sweep --runner bullmq" has put into a queue, until SIGTERM or Ctrl-C comes')
    .argument("[spec]", "YAML file of the sweep, where the store does not hold all of it: templates and long signals of your own")
    .addOption(new Option("--redis <url>", redisHelp))
    .addOption(new Option("-s, --store <directory>", "where the sweep is stored: the same for all").makeOptionMandatory())
    .addOption(new Option("--until-done", "leave when the sweep is complete"))
    .addOption(new Option("--concurrency <n>", "jobs at a time (default: the machine's cores)"))
    .addOption(new Option("-w, --workers <n>", "threads that integrate for each job, 1 at least (default: 1)"))
    .addOption(new Option("--grace <seconds>", `for the shards in hand when it is told to end (default: ${DEFAULTS.shards.grace})`))
    .addOption(new Option("--format <format>", "with a spec: format of the store's files").choices(["arrow", "parquet"]))
    .addOption(new Option("--set <path=value>", "with a spec: change an option of it").argParser(collected))
    .addOption(new Option("--precision <type>", "with a spec: float32 (docs/arithmetic.md)"))
    .addOption(new Option("--fast-math", "with a spec: docs/arithmetic.md"))
    .addHelpText("after", workHelp)
    .action(async (spec: string | undefined, options: WorkOptions) => (await import("./queue/work.ts")).work(spec, options, signal));
}

/** The command for figures. */
function addPlotCommand(massgrid: Command): void {
  massgrid
    .command("plot")
    .description("draw a sweep (traces, a feature against one grid key, or a heat map over two) or a bifurcation diagram")
    .argument(
      "<sweep>",
      "what massgrid sweep --out or massgrid continue --out wrote (.arrow, .arrows or .parquet), or a directory of --store",
    )
    .addOption(new Option("-o, --out <file>", "the figure: .svg or .png; beside the input, as .svg, if not given"))
    .addOption(new Option("-x, --x <key>", "grid key along x"))
    .addOption(new Option("-y, --y <key>", "grid key along y; with --x alone, features are drawn against that key"))
    .addOption(new Option("-f, --feature <names...>", "features to draw, or status"))
    .addOption(new Option("--output <names...>", "draw the traces of these outputs, or of sums and differences of them"))
    .addOption(new Option("--points <points...>", "draw these points alone: names, or conditions"))
    .addOption(
      new Option(
        "--curves <file>",
        "over a heat map the curves of bifurcations in its two keys, over one key the branches in it: what massgrid continue --out wrote",
      ),
    )
    .addOption(new Option("--width <pixels>", "width of the whole figure"))
    .addOption(new Option("--height <pixels>", "height of the whole figure"))
    .addOption(new Option("--title <text>", "title of the figure"))
    .addHelpText("after", plotHelp)
    .action(async (file: string, options: PlotOptions) => (await import("./plot.ts")).plot(file, options));
}

/** The command that tells what a file holds. */
function addInspectCommand(massgrid: Command): void {
  massgrid
    .command("inspect")
    .description("say what a file or directory of massgrid holds: what it is, columns with units, points and failures, spec")
    .argument("<path>", "a file that massgrid wrote (.arrow, .arrows, .parquet, .csv), or a directory of --store")
    .addHelpText("after", inspectHelp)
    .action(async (path: string) => (await import("./inspect.ts")).inspect(path));
}

/** The command for scripts of clusters. */
function addScriptCommand(massgrid: Command): void {
  massgrid
    .command("script")
    .description("print a script by which a cluster runs the sweep of a YAML file in parts, each of which is massgrid shard")
    .addArgument(new Argument("<engine>", "what runs the tasks").choices(engineNames))
    .argument("<spec>", "YAML file with the options of gridSearch()")
    .addOption(new Option("--shards <n>", "tasks that share the sweep"))
    .addOption(new Option("-s, --store <directory>", "what all tasks write to: a directory in common, or s3://bucket/prefix"))
    .addOption(new Option("--format <format>", "format of the traces").choices(["arrow", "parquet"]))
    .addOption(new Option("--set <path=value>", "change an option of the spec, or the values of a grid key").argParser(collected))
    .addOption(new Option("--parallel <n>", "tasks that may run at once (default: as many as the cluster lets)"))
    .addOption(new Option("--cpus <n>", "cores of a task").default("1"))
    .addOption(new Option("--memory <MiB>", "memory of a task").default("2048"))
    .addOption(new Option("--minutes <n>", "the longest that a task may take").default("60"))
    .addOption(new Option("--name <name>", "name of the jobs (default: that of the file)"))
    .addOption(new Option("--image <image>", "container image, for kubernetes and awsbatch").default("massgrid"))
    .addOption(
      new Option("--program <command>", "what runs massgrid on the cluster (default: this very program; in a container, massgrid)"),
    )
    .addHelpText("after", scriptHelp)
    .action(async (engine: EngineName, spec: string, options: ScriptOptions) =>
      (await import("./script.ts")).script(engine, spec, options),
    );
}

/** The command for scripts that shells read. */
function addCompletionCommand(massgrid: Command): void {
  massgrid
    .command("completion")
    .description("print a script by which a shell completes commands, options and files")
    .addArgument(new Argument("<shell>", "the shell").choices(shells))
    .addHelpText("after", completionHelp)
    .action(async (shell: string) => console.log((await import("./completion.ts")).completionScript(massgrid, shell)));
}

/** Runs the command line; resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  endWithOutput();
  const stop = new AbortController();
  const onInterrupt = () => stop.abort(new Error("stopped; nothing was written"));
  process.once("SIGINT", onInterrupt);
  try {
    await program(stop.signal).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_CALL;
    console.error(isWrongCall(error) ? messageOf(error) : `massgrid: ${messageOf(error)}`);
    if (error instanceof Terminated) return TERMINATED;
    return isWrongCall(error) ? WRONG_CALL : FAILED;
  } finally {
    process.off("SIGINT", onInterrupt);
  }
}
