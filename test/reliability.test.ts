// docs/reliability.md: every part of the battery stands there, as `npm run battery` wrote it.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parts } from "../battery/parts.mjs";
import { checksumOf, introduction } from "../battery/support/page.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = readFileSync(join(root, "docs/reliability.md"), "utf8");
const [head, ...sections] = page.split(/^(?=## )/m);
const bodies = new Map(sections.map((text) => [text.slice(3, text.indexOf("\n")), text.slice(text.indexOf("\n") + 1).trim()]));
const bodyOf = (part: string) => bodies.get(part) ?? "";

/** Date, versions, command, seconds and sums of a section. */
const made =
  /^(\d{4}-\d{2}-\d{2}), massgrid \d+\.\d+\.\d+.*, .+ GiB, .*, Node v\d+\.\d+\.\d+, .*\. `npm run battery -- (\w+)(?: --share ([\d.]+))?`, (\d+) s: ([\d ]+) tried, ([\d ]+) failed\.$/m;
const count = (text: string) => Number(text.replaceAll(" ", ""));

/** Rows of a section: what was tried, how often, and how many failed. */
function rowsOf(part: string) {
  return [...bodyOf(part).matchAll(/^\| (?!what )(.+) \| ([\d ]+) \| ([\d ]+) \| .*\|$/gm)].map(([, what, tried, failed]) => ({
    what,
    tried: count(tried),
    failed: count(failed),
  }));
}

describe("reliability: docs/reliability.md", () => {
  test("has each part of the battery once, in its order, under the command's introduction", () => {
    expect([...bodies.keys()]).toEqual(parts);
    expect(head.trim()).toBe(introduction.join("\n"));
  });

  test.each(parts)("%s was written by the command, and not by hand", (part) => {
    const lines = bodyOf(part).split("\n");
    expect(lines.at(-1)).toBe(checksumOf(lines.slice(0, -1)));
  });

  test.each(parts)("%s has date, versions and command, with sums of what was tried and what failed", (part) => {
    const [, date, name, , , tried, failed] = made.exec(bodyOf(part)) ?? [];
    expect(Number.isNaN(Date.parse(date))).toBe(false);
    expect(name).toBe(part);
    const rows = rowsOf(part);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter((row) => !(row.tried > 0))).toEqual([]);
    expect(rows.reduce((sum, row) => sum + row.tried, 0)).toBe(count(tried));
    expect(rows.reduce((sum, row) => sum + row.failed, 0)).toBe(count(failed));
  });

  test.each(parts)("%s gives a reason for each row that failed", (part) => {
    const reasons = bodyOf(part)
      .split("\n")
      .filter((line) => line.startsWith("- "));
    const silent = rowsOf(part).filter(({ what, failed }) => failed > 0 && !reasons.some((line) => line.startsWith(`- ${what}: `)));
    expect(silent).toEqual([]);
  });

  test("takes two hours at most", () => {
    const seconds = parts.map((part) => Number(made.exec(bodyOf(part))?.[4]));
    expect(seconds.reduce((sum, each) => sum + each, 0)).toBeLessThan(7200);
  });

  test.each(["templates", "specs", "options", "links"])("mutants of %s are made and tried", (kind) => {
    const { stdout, stderr } = spawnSync(process.execPath, [join(root, "battery/mutants/run.mjs"), kind, "21", "0", "4"], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({ name: kind, tried: 4, failed: [] });
  });

  test("tells a section in which a figure was changed", () => {
    const lines = bodyOf(parts[0]).split("\n").slice(0, -1);
    const changed = lines.map((line) => line.replace(/ 0 failed\.$/, " 1 failed."));
    expect(changed).not.toEqual(lines);
    expect(checksumOf(changed)).not.toBe(checksumOf(lines));
  });
});
