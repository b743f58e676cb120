// A Slurm of one machine on loopback: munge, controller and one node, in a folder of its own.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { kill } from "node:process";

export interface Slurm {
  /** Runs a command of Slurm's, or a script that calls some; returns what it writes. Throws with what it says where it fails. */
  run: (command: string, args: readonly string[]) => string;
  stop: () => void;
}

const programs = ["munged", "slurmctld", "slurmd", "sbatch", "scontrol"];

/** Why there can be no Slurm here; undefined where there can. */
export function missingSlurm(): string | undefined {
  const missing = programs.filter((name) => spawnSync("sh", ["-c", `command -v ${name}`], { env: withSbin }).status !== 0);
  if (missing.length > 0) return `${missing.join(", ")} not found: apt-get install slurmctld slurmd slurm-client munge`;
  // slurmd starts tasks as who asked for them.
  return userInfo().uid === 0 ? undefined : "slurmd needs root";
}

const withSbin = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };

/** Starts a Slurm with this many processors and this MaxArraySize. Throws with the log of what does not start. */
export async function startSlurm(folder: string, { cpus, maxArraySize }: { cpus: number; maxArraySize: number }): Promise<Slurm> {
  const at = (name: string) => join(folder, name);
  for (const name of ["state", "spool", "run"]) mkdirSync(at(name), { recursive: true, mode: 0o755 });
  chmodSync(folder, 0o755);
  writeFileSync(at("munge.key"), randomBytes(1024), { mode: 0o600 });
  const host = hostname().split(".")[0];
  const [controller, node] = [await freePort(), await freePort()];
  const conf = {
    ClusterName: "loopback",
    SlurmctldHost: `${host}(127.0.0.1)`,
    SlurmUser: "root",
    AuthType: "auth/munge",
    AuthInfo: `socket=${at("run/munge.sock")}`,
    StateSaveLocation: at("state"),
    SlurmdSpoolDir: at("spool"),
    SlurmctldPidFile: at("run/slurmctld.pid"),
    SlurmdPidFile: at("run/slurmd.pid"),
    SlurmctldLogFile: at("slurmctld.log"),
    SlurmdLogFile: at("slurmd.log"),
    SlurmctldPort: controller,
    SlurmdPort: node,
    ProctrackType: "proctrack/linuxproc",
    TaskPlugin: "task/none",
    SelectType: "select/cons_tres",
    SelectTypeParameters: "CR_Core",
    SchedulerParameters: "sched_interval=1,batch_sched_delay=0",
    MaxArraySize: maxArraySize,
    ReturnToService: 2,
  };
  const lines = Object.entries(conf).map(([name, value]) => `${name}=${value}`);
  lines.push(`NodeName=${host} NodeAddr=127.0.0.1 CPUs=${cpus} RealMemory=16000 State=UNKNOWN`);
  lines.push(`PartitionName=all Nodes=${host} Default=YES MaxTime=INFINITE State=UP`);
  writeFileSync(at("slurm.conf"), `${lines.join("\n")}\n`);
  const env = { ...withSbin, SLURM_CONF: at("slurm.conf") };
  const run = (command: string, args: readonly string[]) => {
    const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, env, encoding: "utf8" });
    if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr}`);
    return stdout;
  };
  const munge = ["key-file=munge.key", "socket=run/munge.sock", "pid-file=run/munged.pid", "log-file=munged.log", "seed-file=munge.seed"];
  run("munged", [...munge.map((option) => `--${option.replace("=", `=${folder}/`)}`), "--force"]);
  run("slurmctld", ["-f", at("slurm.conf")]);
  run("slurmd", ["-f", at("slurm.conf")]);
  const stop = () => {
    for (const name of ["slurmd", "slurmctld", "munged"])
      if (existsSync(at(`run/${name}.pid`))) kill(Number(readFileSync(at(`run/${name}.pid`), "utf8")));
  };
  return { run, stop };
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
