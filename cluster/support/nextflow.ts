// Nextflow, which Debian does not have: its classes come by Maven, into cluster/.nextflow/.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const wanted = fileURLToPath(new URL("../nextflow.pom.xml", import.meta.url));
const classes = fileURLToPath(new URL("../.nextflow/", import.meta.url));
const mark = join(classes, "installed-from");

/** Installs what Nextflow needs, if it is not there yet. Why there can be no Nextflow here; undefined where there can. */
export function missingNextflow(): string | undefined {
  if (spawnSync("java", ["-version"]).status !== 0) return "Nextflow needs Java: apt-get install default-jre-headless";
  const pom = readFileSync(wanted, "utf8");
  if (existsSync(mark) && readFileSync(mark, "utf8") === pom) return undefined;
  const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${classes}`];
  const { status, error, stdout } = spawnSync("mvn", ["--batch-mode", "--quiet", "--file", wanted, ...goal], { encoding: "utf8" });
  if (error) return "Nextflow comes by Maven: apt-get install maven";
  if (status !== 0) return `Maven could not install Nextflow: ${stdout.trim().split("\n")[0]}`;
  writeFileSync(mark, pom);
  return undefined;
}

/** Runs a workflow in a folder, which gets what Nextflow keeps; returns its exit status and what it says. */
export function runNextflow(script: string, folder: string): { status: number | null; said: string } {
  const env = { ...process.env, NXF_OFFLINE: "true", NXF_HOME: join(folder, ".home"), NXF_ANSI_LOG: "false" };
  const args = ["-cp", join(classes, "*"), "nextflow.cli.Launcher", "run", script];
  const { status, stdout, stderr } = spawnSync("java", args, { cwd: folder, env, encoding: "utf8" });
  return { status, said: stdout + stderr };
}
