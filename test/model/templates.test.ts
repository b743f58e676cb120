import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

interface Template {
  base: string;
  description: string;
  variables?: Record<string, unknown>;
}

const files = readdirSync("src/model/bundled", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yaml"));

/** The variables of an operator and of the operators of its file that it is made from; null for any other template. */
function variables(file: Record<string, Template>, name: string): Record<string, unknown> | null {
  const template = file[name];
  if (template === undefined) return null;
  const inherited = template.base === "OperatorTemplate" ? {} : variables(file, template.base);
  return inherited && { ...inherited, ...template.variables };
}

describe.each(files)("templates: %s", (path) => {
  const file: Record<string, Template> = parse(readFileSync(`src/model/bundled/${path}`, "utf8"));

  it.each(Object.keys(file))("%s has a line of description, a paper, and units or a unit of time", (name) => {
    const template = file[name];
    const [what, ...lines] = template?.description.trimEnd().split("\n") ?? [];
    expect(what).toMatch(/^[A-Z].*\.$/);
    // What there is to say besides stands between.
    expect(lines.filter((line) => line.startsWith("Paper: "))).toHaveLength(1);
    const declared = variables(file, name);
    if (declared) {
      const united = lines
        .find((line) => line.startsWith("Units: "))
        ?.slice("Units: ".length)
        .split(", ")
        .map((unit) => unit.split(" ")[0]);
      expect(united?.sort()).toEqual(Object.keys(declared).sort());
    }
    if (template?.base === "CircuitTemplate") expect(lines.filter((line) => /^Time: (s|ms|1)$/.test(line))).toHaveLength(1);
  });
});
