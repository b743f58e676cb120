// The form of findings/, as findings/README.md states it. They are run by hand: they install packages.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const folder = fileURLToPath(new URL("../findings", import.meta.url));
const scripts = readdirSync(folder).filter((name) => name !== "README.md");

describe("findings", () => {
  test("are scripts, each of one surprise", () => {
    expect(scripts.length).toBeGreaterThan(10);
    expect(scripts.filter((name) => !/^[a-z0-9-]+\.sh$/.test(name))).toEqual([]);
  });

  test.each(scripts)("%s has the form that findings/README.md states", (name) => {
    const text = readFileSync(join(folder, name), "utf8");
    const [first, title, ...lines] = text.split("\n");
    const comment = lines
      .slice(
        0,
        lines.findIndex((line) => !line.startsWith("#")),
      )
      .join("\n");
    expect(first).toBe("#!/usr/bin/env bash");
    expect(title).toMatch(/^# .*\d+\.\d+.*/);
    expect(comment).toMatch(/^# What helps: /m);
    expect(comment).toMatch(/^# Seen \d{4}-\d{2}-\d{2}/m);
    expect(comment).toMatch(/^# {3}\S/m);
    expect(comment).toMatch(/^#.* Exits 0 while/m);
    // What `sh` is has no pipefail everywhere.
    expect(text).toMatch(/^\[ -n "\$\{BASH_VERSION:-\}" \] \|\| exec bash "\$0"\nset -euo pipefail$/m);
    expect(text).toContain("mktemp -d");
    expect(text).toMatch(/trap 'rm -rf/);
    // It runs nothing of massgrid, and has nothing of a machine or a person.
    expect(text.split("set -euo pipefail")[1]).not.toMatch(/\bmassgrid\b/);
    expect(text).not.toMatch(/\/home\/|\/root\/|\/work\/|@[\w.]+\.(?:com|org)\b/);
    // What is installed is pinned.
    const installs = [...text.matchAll(/npm install ([^\n&|>]*)/g)].flatMap(([, args]) => args.split(/\s+/));
    const names = installs.filter((arg) => /^[@a-z]/.test(arg));
    expect(names.filter((arg) => !/.@\d/.test(arg))).toEqual([]);
  });
});
