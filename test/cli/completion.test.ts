// Completion: the scripts as shells read them. Bash is asked itself; the others where they are there.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { folderFor } from "../support/folder.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const folder = folderFor("completion");

function script(shell: string): string {
  const { status, stdout } = spawnSync(process.execPath, [cli, "completion", shell], { encoding: "utf8" });
  expect(status).toBe(0);
  return stdout;
}

function has(shell: string): boolean {
  return spawnSync(shell, ["--version"]).status === 0;
}

/** What bash offers for a line whose last word is not yet at its end. */
function offered(line: string): string[] {
  writeFileSync(join(folder, "massgrid.bash"), script("bash"));
  const words = line.split(" ");
  const program = `source ./massgrid.bash
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}
_massgrid; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p massgrid`;
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", program], { cwd: folder, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(stdout).toContain("complete -o bashdefault -o default -F _massgrid massgrid");
  return stdout.split("\n").filter((word) => word !== "" && !word.startsWith("complete "));
}

describe("cli completion", () => {
  test("bash completes commands, options and their choices, and leaves the rest to files", () => {
    expect(offered("massgrid sw")).toEqual(["sweep"]);
    expect(offered("massgrid ")).toEqual(
      expect.arrayContaining(["sweep", "resume", "verify", "plot", "models", "show", "explore", "inspect", "completion"]),
    );
    expect(offered("massgrid sweep spec.yaml --s")).toEqual(["--set", "--store", "--shards-per-job"]);
    expect(offered("massgrid sweep --format ")).toEqual(["arrow", "parquet"]);
    expect(offered("massgrid show --as a")).toEqual(["assemblyscript"]);
    expect(offered("massgrid completion ")).toEqual(["bash", "zsh", "fish"]);
    expect(offered("massgrid sweep sp")).toEqual([]);
    expect(offered("massgrid sweep --out x")).toEqual([]);
  });

  test("zsh reads its script", ({ skip }) => {
    if (!has("zsh")) skip("there is no zsh");
    writeFileSync(join(folder, "_massgrid"), script("zsh"));
    const { status, stderr } = spawnSync(
      "zsh",
      ["-f", "-c", "autoload -U compinit; compinit -D -u; source ./_massgrid; whence _massgrid"],
      { cwd: folder, encoding: "utf8" },
    );
    expect([status, stderr]).toEqual([0, ""]);
  });

  test("fish completes by its script", ({ skip }) => {
    if (!has("fish")) skip("there is no fish");
    mkdirSync(join(folder, "config"), { recursive: true });
    writeFileSync(join(folder, "massgrid.fish"), script("fish"));
    const env = { ...process.env, XDG_CONFIG_HOME: join(folder, "config"), HOME: folder };
    const ask = (line: string) =>
      spawnSync("fish", ["-c", `source massgrid.fish; complete -C '${line}'`], { cwd: folder, encoding: "utf8", env }).stdout;
    expect(ask("massgrid sw")).toMatch(/^sweep\t/);
    expect(ask("massgrid sweep --format ")).toMatch(/^arrow\b[\s\S]*parquet/);
  });

  test("another shell is refused with those that there are", () => {
    const { status, stderr } = spawnSync(process.execPath, [cli, "completion", "tcsh"], { encoding: "utf8" });
    expect([status, /bash, zsh, fish/.test(stderr)]).toEqual([2, true]);
  });
});
