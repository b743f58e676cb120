// massgrid script: what the scripts for clusters say, and that they hand each task the words that are meant. Shell scripts are run with programs that
// stand for sbatch and aws; engines that are installed run theirs in cluster/.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { folderFor } from "../support/folder.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("script-cli");
const isWindows = process.platform === "win32";

/** A name that every language of scripts must quote. */
const odd = 'it\'s $HOME {x} "y"';
const store = join(folder, odd);
const bin = join(folder, "bin");

function massgrid(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: "utf8", timeout: 60_000 });
  return { status, stdout, stderr };
}

/** A program of the folder's own, in a shell. */
function program(name: string, text: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(bin, name), 0o755);
}

const sweep = () => `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramMap: {C: {vars: [jrc_op/c], nodes: [jrc]}}
paramGrid: {C: {linspace: [68, 167, 100]}}
simulationTime: 0.05
stepSize: 1e-3
outputs: {V: jrc/jrc_op/V_e}
store: {directory: there, shardPoints: 10}
`;

/** What a shell gets of a text that is one line of words. */
function wordsOf(command: string, env: Record<string, string> = {}): string[] {
  const { stdout } = spawnSync("sh", ["-c", `set -- ${command}\nfor word; do printf '%s\\0' "$word"; done`], { encoding: "utf8", env });
  return stdout.split("\0").slice(0, -1);
}

const shardWords = (index: number, total: number, spec: string, where: string) => [
  "shard",
  spec,
  "--shard",
  `${index}/${total}`,
  "--store",
  where,
  "--workers",
  "2",
  "--grace",
  "20",
  "--set",
  "C=[68, 135]",
];

beforeAll(() => {
  mkdirSync(bin);
  writeFileSync(join(folder, "sweep.yaml"), sweep());
  // Notes its words, and where it was told to be.
  program("massgrid-here", `printf '%s\\0' "$@" END >> "${folder}/words"`);
});

describe("script: slurm", () => {
  test.skipIf(isWindows)("submits arrays as MaxArraySize asks, each part once, and a job after all of them", () => {
    // Runs each task of an array at once, as Slurm would do it.
    program("scontrol", `echo "MaxArraySize            = 4"`);
    program(
      "sbatch",
      `cat > "${folder}/task"
echo "$*" >> "${folder}/submitted"
number=$(wc -l < "${folder}/submitted")
last=$(echo "$*" | sed -n 's/.*--array=0-\\([0-9]*\\).*/\\1/p')
for i in $(seq 0 "\${last:-0}"); do SLURM_ARRAY_TASK_ID=$i sh "${folder}/task" || exit 1; done
echo "$number;cluster"`,
    );
    const asked = ["--shards", "10", "--store", store, "--cpus", "2", "--parallel", "3", "--program", join(bin, "massgrid-here")];
    const { status, stdout, stderr } = massgrid("script", "slurm", "sweep.yaml", ...asked, "--set", "C=[68, 135]", "--name", "two");
    expect([status, stderr]).toEqual([0, "massgrid: the store has 1 shard, and 9 tasks would have nothing to do; --shards 1 is enough\n"]);
    const run = spawnSync("sh", [], {
      input: stdout,
      encoding: "utf8",
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
    });
    expect([run.status, run.stderr, run.stdout]).toEqual([0, "", "submitted 10 tasks; job 4 completes the store\n"]);
    const tasks = readFileSync(join(folder, "words"), "utf8").split("END\0").slice(0, -1);
    const spec = join(folder, "sweep.yaml");
    const expected = Array.from({ length: 10 }, (_, i) => shardWords(i, 10, spec, store));
    expect(tasks.map((task) => task.split("\0").slice(0, -1))).toEqual([...expected, ["finish", store]]);
    const submitted = readFileSync(join(folder, "submitted"), "utf8").trim().split("\n");
    expect(submitted.map((words) => /--array=(\S+)/.exec(words)?.[1])).toEqual(["0-3%3", "0-3%3", "0-1%3", undefined]);
    expect(submitted[3]).toMatch(/ --dependency=afterany:1:2:3 /);
    expect(submitted[0]).toMatch(
      /^--parsable --job-name=two --array=\S+ --ntasks=1 --cpus-per-task=2 --mem=2048M --time=60 --requeue --signal=B:TERM@40$/,
    );
  });

  test("runs this very program where no other is named, and names files by their whole paths", () => {
    const { stdout } = massgrid("script", "slurm", "sweep.yaml", "--shards", "10");
    expect(stdout).toContain(`exec ${process.execPath} ${cli} shard ${join(folder, "sweep.yaml")} --shard "\\$((`);
    expect(stdout).toContain(`exec ${process.execPath} ${cli} finish ${resolve(folder, "there")}\n`);
    expect(stdout).toContain("# massgrid: sweep.yaml: 100 points, 10 shards, 10 tasks\n");
  });
});

describe("script: kubernetes and AWS Batch", () => {
  test("an indexed job of all parts, a suspended one that completes the store, and the spec", () => {
    const { status, stdout } = massgrid(
      "script",
      "kubernetes",
      "sweep.yaml",
      "--shards",
      "10",
      "--set",
      "C=[68, 135, 200]",
      "--parallel",
      "4",
    );
    expect(status).toBe(0);
    const [spec, job, finish] = parseAllDocuments(stdout).map((document) => document.toJS());
    expect(spec).toEqual({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "sweep-spec" }, data: { "sweep.yaml": sweep() } });
    expect(job.spec).toMatchObject({ completionMode: "Indexed", completions: 10, parallelism: 4, backoffLimitPerIndex: 3 });
    const [{ command }] = job.spec.template.spec.containers;
    expect(wordsOf(command[2].replace(/^exec massgrid/, ""), { JOB_COMPLETION_INDEX: "7" })).toEqual(
      ["shard", "/spec/sweep.yaml", "--shard", "7/10", "--store", "/store/sweep"].concat(
        "--workers",
        "1",
        "--grace",
        "20",
        "--set",
        "C=[68, 135, 200]",
      ),
    );
    expect(finish.spec.suspend).toBe(true);
    expect(finish.spec.template.spec.containers[0].command[2]).toBe("exec massgrid finish /store/sweep");
    expect(job.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(25);
  });

  test("an object store needs no volume, and its keys come from a secret", () => {
    const { stdout } = massgrid("script", "kubernetes", "sweep.yaml", "--shards", "10", "--store", "s3://bucket/a sweep");
    const [, job] = parseAllDocuments(stdout).map((document) => document.toJS());
    const { containers, volumes } = job.spec.template.spec;
    expect(containers[0].command[2]).toContain("--store 's3://bucket/a sweep'");
    expect(containers[0].envFrom).toEqual([{ secretRef: { name: "sweep-store" } }]);
    expect(volumes.map(({ name }: { name: string }) => name)).toEqual(["spec"]);
  });

  test("no text of the caller's is taken for a variable of Kubernetes", () => {
    const { stdout } = massgrid("script", "kubernetes", "sweep.yaml", "--shards", "10", "--store", "s3://bucket/$(PATH)");
    const [, job] = parseAllDocuments(stdout).map((document) => document.toJS());
    expect(job.spec.template.spec.containers[0].command[2]).toContain("'s3://bucket/$$(PATH)'");
  });

  test.skipIf(isWindows)("AWS Batch gets arrays of at most 10,000 tasks, and the spec with them", () => {
    program(
      "aws",
      `printf '%s\\0' "$@" END >> "${folder}/aws"; case "$*" in *submit-job*) echo "id-$(tr -cd E < "${folder}/aws" | wc -c)";; esac`,
    );
    const { stdout } = massgrid("script", "awsbatch", "sweep.yaml", "--shards", "10001", "--store", "s3://bucket/sweep");
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, QUEUE: "line" };
    const run = spawnSync("sh", [], { input: stdout, encoding: "utf8", env });
    expect([run.status, run.stderr]).toEqual([0, ""]);
    const calls = readFileSync(join(folder, "aws"), "utf8")
      .split("END\0")
      .slice(0, -1)
      .map((call) => call.split("\0").slice(0, -1));
    expect(calls.map(([, verb]) => verb)).toEqual([
      ...["register-job-definition", "register-job-definition", "submit-job", "submit-job", "submit-job"],
    ]);
    expect(calls[2]).toContain("size=10000");
    // One task is no array.
    expect(calls[3]).not.toContain("--array-properties");
    const told = calls.slice(2, 4).map((words) => {
      const { environment } = JSON.parse(words[words.indexOf("--container-overrides") + 1]);
      return Object.fromEntries(environment.map(({ name, value }: Record<string, string>) => [name, value]));
    });
    expect(told.map(({ MASSGRID_FIRST }) => MASSGRID_FIRST)).toEqual(["0", "10000"]);
    expect(Buffer.from(told[0].MASSGRID_SPEC, "base64").toString()).toBe(sweep());
    const ids = calls[4].slice(calls[4].indexOf("--depends-on") + 1);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(2);
    const { command } = JSON.parse(calls[0][calls[0].indexOf("--container-properties") + 1]);
    // What AWS Batch makes of the command: two dollars are one.
    const line = command[2].replaceAll("$$(", "$(").split("exec massgrid")[1];
    expect(wordsOf(line, { MASSGRID_FIRST: "10000" }).slice(0, 4)).toEqual(["shard", "/tmp/sweep.yaml", "--shard", "10000/10001"]);
    expect(wordsOf(line, { MASSGRID_FIRST: "0", AWS_BATCH_JOB_ARRAY_INDEX: "41" })[3]).toBe("41/10001");
  });
});

describe("script: refusals, before anything is printed", () => {
  const cases: [what: string, args: string[], says: RegExp][] = [
    ["no number of tasks", ["slurm", "sweep.yaml"], /^--shards is missing: .*--shards 200/],
    ["a number of tasks that is none", ["slurm", "sweep.yaml", "--shards", "0"], /^--shards 0: it is a whole number from 1 to 1000000/],
    ["another engine", ["slum", "sweep.yaml", "--shards", "2"], /slum.*is invalid.*slurm/],
    ["memory in other words", ["slurm", "sweep.yaml", "--shards", "2", "--memory", "2G"], /^--memory 2G: it is a whole number/],
    ["a name that an engine would refuse", ["slurm", "sweep.yaml", "--shards", "2", "--name", "A b"], /^--name A b: .*letters a to z/],
    ["a disk for AWS Batch", ["awsbatch", "sweep.yaml", "--shards", "2"], /^--store there: .*s3:\/\//],
    ["a spec that is wrong", ["slurm", "wrong.yaml", "--shards", "2", "--store", "x"], /E_UNKNOWN_OPTION.*simulationTime/s],
    [
      "a model's file, in a container",
      ["kubernetes", "own.yaml", "--shards", "2"],
      /own\.yaml reads models\/m\.yaml\/M, which no container/,
    ],
    ["no store", ["slurm", "nowhere.yaml", "--shards", "2"], /^--store is missing/],
  ];
  test.each(cases)("%s", (_, args, says) => {
    writeFileSync(join(folder, "wrong.yaml"), sweep().replace("simulationTime", "simulatonTime"));
    mkdirSync(join(folder, "models"), { recursive: true });
    const own = "M:\n  base: CircuitTemplate\n  nodes: {jrc: model_templates.neural_mass_models.jansenrit.JRC2}\n";
    writeFileSync(join(folder, "models/m.yaml"), own.replace("nodes: {jrc: ", "circuits: {c: ").replace("paramMap", ""));
    writeFileSync(
      join(folder, "own.yaml"),
      sweep()
        .replace("model_templates.neural_mass_models.jansenrit.JRC2", "models/m.yaml/M")
        .replaceAll("jrc/jrc_op", "c/jrc/jrc_op")
        .replace("nodes: [jrc]", "nodes: [c/jrc]"),
    );
    writeFileSync(join(folder, "nowhere.yaml"), sweep().replace(/^store:.*$/m, ""));
    const { status, stdout, stderr } = massgrid("script", ...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(says);
  });
});

describe("script: other engines", () => {
  test("Snakemake, Nextflow and HTCondor: words in the quotes of their languages", () => {
    const args = ["sweep.yaml", "--shards", "10", "--store", "a {b} $c", "--program", "massgrid"];
    const where = join(folder, "a {b} $c");
    const snake = massgrid("script", "snakemake", ...args).stdout;
    expect(snake).toContain(`"exec massgrid finish '${where.replace("{b}", "{{b}}")}'"`);
    expect(snake).toContain(` --shard {wildcards.part}/10 --store '${where.replace("{b}", "{{b}}")}' `);
    const flow = massgrid("script", "nextflow", ...args).stdout;
    expect(flow).toContain(` --shard \${part}/10 --store '${where.replace("$", "\\$")}' `);
    expect(flow).toContain("Channel.of(0..9)");
    const dag = massgrid("script", "htcondor", ...args).stdout;
    expect(dag).toContain(` --shard $(Process)/10 --store '${where.replace("$", "$(DOLLAR)")}' `);
    expect(dag).toContain("queue 10\n");
    expect(dag).toContain("PARENT shards CHILD finish\n");
  });
});
