import { DEFAULTS } from "../options/table.ts";
import { reducers } from "../reduce/reducers.ts";
import { type Solver, solverNames } from "../sweep/solver.ts";

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
Exit codes: 0 the run went well, and the number of points that failed is told; 1 the run failed, or no point reached the end; 2 the call is
wrong and nothing was computed; 141 who reads the output has left; 143 SIGTERM has ended "massgrid shard", or "massgrid work", before all was done.`;

export const examples = `
Examples:
  $ massgrid sweep examples/jansen-rit.yaml
  $ massgrid sweep examples/jansen-rit.yaml --out out/jansen-rit.arrow --plot out/jansen-rit.svg
  $ massgrid sweep examples/jansen-rit.yaml --store out/jansen-rit --format parquet
  $ massgrid verify out/jansen-rit
  $ massgrid shard examples/jansen-rit.yaml --shard 0/8 --store out/parts
  $ massgrid sweep examples/jansen-rit.yaml --set C=200 --set simulationTime=2 --out - | wc -c
  $ massgrid inspect out/jansen-rit.arrow
  $ massgrid plot out/jansen-rit.arrow --output "V_pce - V_pci" --points C=68..270
  $ massgrid continue examples/jansen-rit-diagram.yaml --plot out/diagram.svg
  $ massgrid models jansen
  $ massgrid show model_templates.neural_mass_models.jansenrit.JRC2
  $ massgrid explore
${exitCodes}`;

export const specHelp = `
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
  layout            wide (a column for each output and point) or long (a row for each point and sample)
  traceType         float32 keeps traces in half of the room, each number rounded
  solver            a name, or {name: rk45, rtol: 1e-8, atol: 1e-12} (docs/solvers.md): fixed step ${named("fixed")};
                    adaptive step size ${named("adaptive")}; with noise ${named("stochastic")}
  fastMath          true takes faster steps, off by rounding, on engines that can (docs/arithmetic.md); --fast-math is the same
  precision         float32 takes steps in numbers of 32 bits (docs/arithmetic.md); --precision float32 is the same
  refine            {feature: V_regime, ${Object.entries(DEFAULTS.refine)
    .map(([name, value]) => `${name}: ${value}`)
    .join(", ")}}: points between neighbours that differ (docs/edges.md)
  follow            up, down or both, or {key, direction}: each point starts where its neighbour ended (docs/edges.md)
  certify           true, or ${yamlOf(DEFAULTS.certify)}; --certify is the same
  workers           threads that integrate, if --workers does not say
  figure            name: outputs joined by + or -, for the figure and the summary (V: V_pce - V_pci)

--set path=value changes the spec, the value in YAML:
  solver.rtol=1e-8  an option by its path
  C=200             a grid key: 200 at every point, instead of its values; of a grid of all combinations, or of C alone, one value
  C=[68, 135]       other values of a grid key
  results=false

--out - streams the rows to stdout as Arrow IPC while the sweep runs: traces in the long layout, or with results: false a row a point
(docs/streams.md). What there is to tell is told on stderr.

The map of the sweep (point, grid values, status, features) is written beside the results: out/x.arrow, out/x.map.arrow.

Examples:
  $ massgrid sweep examples/jansen-rit.yaml
  $ massgrid sweep examples/jansen-rit.yaml --out out/jansen-rit.arrow --plot out/jansen-rit.svg
${exitCodes}`;

export const continueHelp = `
The spec is a YAML file (or JSON) with the options of continueEquilibrium(), and more:
  circuitTemplate   path of a model template
  params            name or path: value, of parameters and initial states that are not the template's
  paramMap          name: {vars: [operator/variable], nodes: [node]}
  inputs            path: a number
  outputs           name: path or expression; the diagram has a panel for each
  parameter, range  what is varied, and from where to where: a name in paramMap or a path, [low, high]
  from              where it begins: {parameter: value}, and states by path
  userValues        values of the parameter that are hit exactly
  stepSize, minStepSize, maxStepSize, maxPoints, switching, maxBranches, starts (docs/continuation.md)
  cycles            true follows cycles from every Hopf point; or their own {stopAtPeriod: 5, meshIntervals, switches, range, ...},
                    with from: simulation from the cycle that the model comes to
  parameters, ranges, curves      curves of folds and Hopf points in two parameters: [first, second], [[low, high], [low, high]],
                    [LP, HB]; LPC and PD are folds and period doublings of cycles

--set path=value changes the spec, the value in YAML: range=[0, 200], cycles.stopAtPeriod=10, or a parameter by its name: C=200.

Files: --out x.arrow has the equilibria, x.cycles.arrow the cycles, x.curves.arrow the curves; of what is asked for alone, x.arrow.

Examples:
  $ massgrid continue examples/jansen-rit-diagram.yaml
  $ massgrid continue examples/jansen-rit-diagram.yaml --plot out/diagram.svg --out out/diagram.parquet
  $ massgrid continue examples/jansen-rit-diagram.yaml --set C=150 --json
${exitCodes}`;

export const certifyHelp = "run a sample of the points again at half the step and by a solver of high order; say how far off they are";

export const plotHelp = `
What is drawn, if no option says otherwise:
  traces against time     of at most 24 points; of a map, where it has no features
  features                a line against the grid key that varies, a heat map over two, dots where points are on no grid;
                          a panel for each feature, and for each value of further keys; of replicates their mean, with a band or
                          bars of its ${confidence} confidence interval against one axis ("--points replicate=0" draws one of them)

The file is one that "massgrid sweep --out" wrote, x.arrow or its map x.map.arrow, or a table of tableToIPC() or tableToParquet(), of
acrossReplicates() too; the other of the two is read as well where it stands beside. Of "massgrid continue --out" it is the diagram that is
drawn, with x.cycles.arrow and x.curves.arrow where they stand beside.

Points:
  JRC2_0 JRC2_5           by their names
  C=68 C=68,135           by a grid key's values
  C=100..200 u=120..220   by ranges, ends included; all conditions hold

Examples:
  $ massgrid plot out/jansen-rit.arrow
  $ massgrid plot out/jansen-rit.arrow --output "V_pce - V_pci" --points C=68..270 --out out/traces.png
  $ massgrid plot out/plane.map.arrow --x C --y u --feature V_peakFrequency V_regime
  $ massgrid plot out/plane.map.arrow --feature V_regime --curves out/diagram.curves.arrow
  $ massgrid plot out/diagram.arrow --out out/diagram.png
${exitCodes}`;

export const showHelp = `
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

export const shardHelp = `
The spec is that of "massgrid sweep". Whoever comes first begins the sweep; shards that are there are not computed again; the same parts, or
others, may be computed at once, and killed at any time. "massgrid finish" then completes what one machine would have stored, byte for byte.
SIGTERM: shards in hand are finished within the grace, or dropped. It leaves with 0 when all of its shards are there (docs/shards.md).

Examples:
  $ massgrid shard sweep.yaml --shard 0/2 --store out/parts & massgrid shard sweep.yaml --shard 1/2 --store out/parts; wait
  $ massgrid finish out/parts
${exitCodes}`;

export const redisHelp = "address of the Redis of the queue (default: the variable REDIS_URL)";

export const workHelp = `
Any number of workers on any machines that see the store may work for a sweep; they may be killed at any time, and come and go. A job is a
range of shards. SIGTERM and Ctrl-C: shards in hand are finished within the grace, or dropped, and what is left goes back to the queue. Queues
need the packages bullmq and ioredis: npm install bullmq ioredis (docs/queue.md).

Examples:
  $ massgrid sweep sweep.yaml --runner bullmq --redis redis://queue:6379 --store /shared/sweep
  $ massgrid work --redis redis://queue:6379 --store /shared/sweep --until-done
  $ massgrid status --redis redis://queue:6379
${exitCodes}`;

export const statusHelp = `
Examples:
  $ massgrid status out/parts
  $ massgrid status out/parts --watch
  $ massgrid status out/parts --json
  $ massgrid status --redis redis://queue:6379 --watch
${exitCodes}`;

export const modelsHelp = `
Examples:
  $ massgrid models
  $ massgrid models kuramoto
  $ massgrid models --all
${exitCodes}`;

export const inspectHelp = `
Examples:
  $ massgrid inspect out/jansen-rit.map.arrow
  $ massgrid inspect out/jansen-rit
${exitCodes}`;

export const scriptHelp = `
Engines: slurm (a shell script that calls sbatch), kubernetes (a manifest), snakemake (a Snakefile), nextflow (a workflow), htcondor (a DAG),
awsbatch (a shell script that calls aws). The results are those of one machine, byte for byte, whatever runs them (docs/cluster.md).

Examples:
  $ massgrid script slurm examples/jansen-rit.yaml --shards 6 --store out/cluster > out/sweep.sh
  $ massgrid script kubernetes examples/jansen-rit.yaml --shards 6 --store s3://bucket/sweep > out/sweep.yaml
${exitCodes}`;

export const completionHelp = `
The script makes the shell complete commands, options, their values and names of files at a tab. Print it again after an update.

Examples:
  $ source <(massgrid completion bash)           # in ~/.bashrc
  $ source <(massgrid completion zsh)            # in ~/.zshrc, after compinit
  $ massgrid completion fish > ~/.config/fish/completions/massgrid.fish
${exitCodes}`;

export const exploreHelp = `
The page computes in the browser: model, sweep and figures are chosen there, and its address holds all of it. Nothing is opened
but a port of this machine, and no request leaves it. The folder dist/explorer of the package is the same page for any web server.

Examples:
  $ massgrid explore
  $ massgrid explore models/my-model.yaml --port 8080
${exitCodes}`;
