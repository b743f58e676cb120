// Scripts of `massgrid script` in the engines that they are for. Stores are compared with that of one process, file by file.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folderFor } from "../test/support/folder.ts";
import { contents } from "../test/support/stores.ts";
import { missingNextflow, runNextflow } from "./support/nextflow.ts";
import { missingSlurm, type Slurm, startSlurm } from "./support/slurm.ts";

const cli = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const folder = folderFor("cluster");
/** Where tests must be whole, what is missing is a failure. */
const isWhole = process.env.MASSGRID_NEEDS_CLUSTER !== undefined;

/** Skips what cannot be tried, and says why; where tests must be whole, it is tried all the same, and fails. */
function unless(why: string | undefined): { skip: boolean } {
  if (why !== undefined) console.log(`not tried: ${why}`);
  return { skip: why !== undefined && !isWhole };
}

function massgrid(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`massgrid ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** The words of a condor's arguments: in double quotes, which are doubled; a word that has blanks or quotes in single ones. */
function condorWords(text: string): string[] {
  const inner = text.replace(/^"([\s\S]*)"$/, "$1").replaceAll('""', '"');
  return Array.from(inner.matchAll(/(?:'(?:[^']|'')*'|[^\s'])+/g), ([word]) =>
    word.replaceAll(/'((?:[^']|'')*)'/g, (_, quoted: string) => quoted.replaceAll("''", "'")),
  );
}

// Noise of its own for each point, a stochastic solver, several shards: what a part that was computed otherwise would change.
const spec = (more: string) => `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramMap: {C: {vars: [jrc_op/c], nodes: [jrc]}, u: {vars: [jrc_op/u], nodes: [jrc]}}
paramGrid: {C: {linspace: [68, 167, 10]}, u: {linspace: [120, 320, 6]}}
permuteGrid: true
stepSize: 1e-4
samplingStepSize: 1e-3
noise: {jrc/jrc_op/X_e: {sd: 0.1, seed: 7}}
solver: stochastic-heun
outputs: {V: jrc/jrc_op/V_e - jrc/jrc_op/V_i}
features: {V: [mean, std]}
store: {directory: unused, format: parquet, shardPoints: 5}
${more}`;

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "sweep.yaml"), spec("simulationTime: 2\n"));
  massgrid("sweep", "sweep.yaml", "--store", "one");
}, 120_000);

/** Files of which a store differs from that of one process. */
function differing(store: string): string[] {
  const [one, other] = [contents(join(folder, "one")), contents(join(folder, store))];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => one[name] !== other[name]);
}

const slurmMissing = missingSlurm();

describe("scripts: Slurm", unless(slurmMissing), () => {
  let slurm: Slurm;
  beforeAll(async () => {
    slurm = await startSlurm(join(folder, "slurm"), { cpus: 2, maxArraySize: 5 });
  });
  afterAll(() => slurm?.stop());

  /** States of all tasks of jobs, as scontrol names them. */
  const states = () =>
    [...slurm.run("scontrol", ["--oneliner", "show", "job"]).matchAll(/JobId=\d+.*? JobState=(\w+)/g)].map(([, state]) => state);
  const ended = (state: string) => /COMPLETED|FAILED|CANCELLED|TIMEOUT/.test(state);

  async function until(what: string, holds: () => boolean, seconds: number): Promise<void> {
    for (let waited = 0; !holds(); waited += 0.2) {
      if (waited > seconds)
        throw new Error(`${what} did not come in ${seconds} s:\n${slurm.run("scontrol", ["--oneliner", "show", "job"])}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  test("arrays of more tasks than MaxArraySize: the bytes of one process", async () => {
    writeFileSync(
      join(folder, "slurm.sh"),
      massgrid("script", "slurm", "sweep.yaml", "--shards", "12", "--store", "by-slurm", "--memory", "500"),
    );
    expect(slurm.run("sh", [join(folder, "slurm.sh")])).toMatch(/^submitted 12 tasks; job \d+ completes the store\n$/);
    await until("the end of all jobs", () => states().every(ended), 240);
    expect(states().filter((state) => state !== "COMPLETED")).toEqual([]);
    expect(differing("by-slurm")).toEqual([]);
  });

  test("a task that is killed is a failed task, and requeued it computes what is missing", async () => {
    writeFileSync(join(folder, "long.yaml"), spec("simulationTime: 60\n").replace("[68, 167, 10]", "[68, 167, 2]"));
    massgrid("sweep", "long.yaml", "--store", "one-long");
    writeFileSync(join(folder, "long.sh"), massgrid("script", "slurm", "long.yaml", "--shards", "2", "--store", "long", "--memory", "500"));
    slurm.run("sh", [join(folder, "long.sh")]);
    const listed = /JobId=(\d+) ArrayJobId=(\d+) ArrayTaskId=1 JobName=long .*? JobState=(\w+)/;
    const second = () => listed.exec(slurm.run("scontrol", ["--oneliner", "show", "job"])) ?? [];
    await until("a running task", () => second()[3] === "RUNNING", 60);
    // The last task of an array has the array's own number, which is that of all its tasks too.
    const [, id, array] = second();
    const [, pid] = /\n(\d+)\s/.exec(slurm.run("scontrol", ["listpids", id])) ?? [];
    process.kill(Number(pid), "SIGKILL");
    await until("the task's failure", () => second()[3] === "FAILED", 60);
    slurm.run("scontrol", ["requeue", `${array}_1`]);
    // Slurm holds what is requeued for two minutes.
    await until("the task's completion", () => second()[3] === "COMPLETED", 300);
    await until("the end of all jobs", () => states().every(ended), 60);
    massgrid("finish", "long");
    const [one, other] = [contents(join(folder, "one-long")), contents(join(folder, "long"))];
    expect(Object.keys(other).filter((name) => one[name] !== other[name])).toEqual([]);
    expect(Object.keys(other)).toEqual(Object.keys(one));
  });
});

const hasSnakemake = spawnSync("snakemake", ["--version"]).status === 0;

describe("scripts: Snakemake", unless(hasSnakemake ? undefined : "snakemake not found: apt-get install snakemake"), () => {
  test("the bytes of one process", () => {
    writeFileSync(join(folder, "Snakefile"), massgrid("script", "snakemake", "sweep.yaml", "--shards", "4", "--store", "by-snakemake"));
    const { status, stderr } = spawnSync("snakemake", ["--cores", "2"], { cwd: folder, encoding: "utf8" });
    expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
    expect(differing("by-snakemake")).toEqual([]);
  });
});

describe("scripts: Nextflow", unless(missingNextflow()), () => {
  test("a task whose program is killed is tried again: the bytes of one process", () => {
    const mark = join(folder, "has-died");
    const program = join(folder, "dies-once.sh");
    const words = [process.execPath, cli].map((word) => `'${word}'`).join(" ");
    writeFileSync(
      program,
      `#!/bin/sh\ncase "$*" in *"--shard 2/4"*) [ -e '${mark}' ] || { : > '${mark}'; kill -9 $$; } ;; esac\nexec ${words} "$@"\n`,
      {
        mode: 0o755,
      },
    );
    const script = massgrid(
      "script",
      "nextflow",
      "sweep.yaml",
      "--shards",
      "4",
      "--store",
      "by-nextflow",
      "--cpus",
      "1",
      "--program",
      program,
    );
    writeFileSync(join(folder, "sweep.nf"), script);
    const { status, said } = runNextflow("sweep.nf", folder);
    expect([status, status === 0 ? "" : said]).toEqual([0, ""]);
    expect(said).toMatch(/terminated with an error exit status \(137\) -- Execution is retried \(1\)/);
    expect(differing("by-nextflow")).toEqual([]);
  });
});

const python = fileURLToPath(new URL("../cluster/.venv/bin/python", import.meta.url));

describe(
  "scripts: Kubernetes",
  unless(existsSync(python) ? undefined : "the schema of Kubernetes is in a wheel, and Python has not installed it"),
  () => {
    // From 1.29 on a backoff limit for each index is there by default.
    test.each(["1.29", "1.33"])("all of the manifest is in the schema of %s, and nothing else", (release) => {
      const files = [["there"], ["s3://bucket/sweep"]].map(([store], i) => {
        const file = join(folder, `kubernetes-${i}.yaml`);
        writeFileSync(file, massgrid("script", "kubernetes", "sweep.yaml", "--shards", "12", "--store", store));
        return file;
      });
      const program = `import sys, yaml, kubernetes_validate
for name in sys.argv[2:]:
    for document in yaml.safe_load_all(open(name)):
        kubernetes_validate.validate(document, sys.argv[1], strict=True)
        print(document["kind"])`;
      const { stdout, stderr } = spawnSync(python, ["-c", program, release, ...files], { encoding: "utf8" });
      expect([stderr, stdout]).toEqual(["", "ConfigMap\nJob\nJob\n".repeat(2)]);
      const broken = readFileSync(files[0], "utf8").replace("backoffLimitPerIndex", "backoffLimitPerIndx");
      writeFileSync(files[0], broken);
      expect(spawnSync(python, ["-c", program, release, files[0]], { encoding: "utf8" }).stderr).toMatch(/backoffLimitPerIndx/);
    });
  },
);

const condor = existsSync(python) && spawnSync(python, ["-c", "import htcondor2"]).status === 0;

describe("scripts: HTCondor", unless(condor ? undefined : "HTCondor's parser is in a wheel, and Python has not installed it"), () => {
  test("its own parser takes the submit descriptions, and makes of the arguments the words that massgrid needs", () => {
    const name = "it's a sweep.yaml";
    writeFileSync(join(folder, name), spec("simulationTime: 2\n"));
    const words = ["--shards", "12", "--store", 'a $dir of "mine"', "--set", "C=[70, 71]"];
    writeFileSync(join(folder, "sweep.dag"), massgrid("script", "htcondor", name, ...words));
    const program = `import json, re, sys, htcondor2
for body in re.findall(r"SUBMIT-DESCRIPTION \\w+ \\{\\n(.*?)\\n\\}", open(sys.argv[1]).read(), re.S):
    submit = htcondor2.Submit(body + "\\n")
    print(json.dumps({"queue": submit.getQArgs(), "arguments": submit.expand("arguments"), "submit": dict(submit)}))`;
    const { stdout, stderr } = spawnSync(python, ["-c", program, join(folder, "sweep.dag")], {
      encoding: "utf8",
      env: { ...process.env, CONDOR_CONFIG: "/dev/null" },
    });
    expect(stderr).toBe("");
    const [shard, finish] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const store = join(folder, 'a $dir of "mine"');
    const started = [
      cli,
      "shard",
      join(folder, name),
      "--shard",
      "0/12",
      "--store",
      store,
      "--workers",
      "1",
      "--grace",
      "20",
      "--set",
      "C=[70, 71]",
    ];
    expect([shard.queue, condorWords(shard.arguments)]).toEqual(["12", started]);
    expect([finish.queue, condorWords(finish.arguments)]).toEqual(["1", [cli, "finish", store]]);
    expect(shard.submit).toMatchObject({ executable: process.execPath, kill_sig: "SIGTERM", job_max_vacate_time: "40", max_retries: "3" });
  });
});
