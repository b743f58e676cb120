import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { modules, sections } from "../scripts/core.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Floors, from the ground up; a file imports from lower floors, or from its own folder. */
const floors = [
  [
    "src/errors.ts",
    "src/nearest.ts",
    "src/check.ts",
    "src/whole.ts",
    "src/version.ts",
    "src/quantity.ts",
    "src/core.generated.ts",
    "src/adaptive.generated.ts",
  ],
  ["src/wasm.ts"],
  ["src/equation"],
  ["src/model.ts", "src/solver.ts", "src/input.ts"],
  ["src/template", "src/compile"],
  ["src/models"],
  ["src/kernel"],
  ["src/design"],
  ["src/reduce"],
  ["src/plan"],
  ["src/run"],
  ["src/table"],
  ["src/store", "src/certify"],
  ["src/grid-search.ts", "src/plan.ts", "src/simulate.ts", "src/connect.ts", "src/stored.ts", "src/describe.ts", "src/parquet.ts"],
  ["src/index.ts"],
  ["src/cli/combination.ts", "src/cli/files.ts", "src/cli/map.ts", "src/cli/usage.ts"],
  ["src/cli/figure"],
  ["src/cli"],
  ["src/page"],
];

/** Files of the one floor whose members may use each other: errors and the words they are made of. */
const ground = floors[0];

/** Words that only these folders may say: what belongs to a platform. */
const platform = ["src/run", "src/store", "src/cli", "src/page"];

function filesUnder(folder: string, extension: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}

const sources = filesUnder("src", ".ts").filter((file) => !file.endsWith(".generated.ts"));
const everything = [...sources, ...filesUnder("assembly", ".ts"), ...filesUnder("test", ".ts"), ...filesUnder("bench", ".ts")];

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** A file without its comments and strings. */
function codeOf(file: string): string {
  return read(file).replaceAll(/\/\/.*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/g, '""');
}

function importsOf(file: string): string[] {
  const names = [...read(file).matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map((match) => match[1]);
  return names.map((name) => relative(root, resolve(root, dirname(file), name)).replaceAll("\\", "/"));
}

function floorOf(file: string): number {
  return floors.findIndex((names) => names.some((name) => file === name || file.startsWith(`${name}/`)));
}

describe("floors", () => {
  test("every source file has a floor", () => {
    expect(sources.filter((file) => floorOf(file) < 0)).toEqual([]);
  });

  test("imports go down, or stay in the folder", () => {
    const wrong = sources.flatMap((file) =>
      importsOf(file)
        .filter((target) => {
          const [from, to] = [floorOf(file), floorOf(target)];
          const neighbours = dirname(file) === dirname(target) && dirname(file) !== "src";
          return !(to < from || neighbours || (ground.includes(file) && ground.includes(target)));
        })
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test("the page takes nothing but the package's door, and how quantities are written", () => {
    const allowed = ["src/index.ts", "src/quantity.ts"];
    const taken = sources.filter((file) => file.startsWith("src/page/")).flatMap(importsOf);
    expect(taken.filter((file) => !file.startsWith("src/page/") && !allowed.includes(file))).toEqual([]);
  });

  test("there is no cycle", () => {
    const done = new Set<string>();
    const visit = (file: string, trail: string[]): string[] => {
      if (trail.includes(file)) return [[...trail.slice(trail.indexOf(file)), file].join(" → ")];
      if (done.has(file) || !existsSync(join(root, file))) return [];
      const found = importsOf(file).flatMap((target) => visit(target, [...trail, file]));
      done.add(file);
      return found;
    };
    expect(sources.flatMap((file) => visit(file, []))).toEqual([]);
  });

  test("assembly imports nothing from above", () => {
    const wrong = filesUnder("assembly", ".ts").flatMap((file) => importsOf(file).filter((target) => !target.startsWith("assembly/")));
    expect(wrong).toEqual([]);
  });
});

describe("size", () => {
  const lengths = everything.map((file) => ({ file, lines: read(file).split("\n").length }));

  test("no file is longer than 300 lines", () => {
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
  });

  test("the median source file has at most 80 lines, and 90 % at most 200", () => {
    const sorted = lengths.filter(({ file }) => file.startsWith("src/")).map(({ lines }) => lines);
    sorted.sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(80);
    expect(sorted[Math.floor(sorted.length * 0.9)]).toBeLessThanOrEqual(200);
  });

  test("no function is longer than 40 lines", () => {
    const long = sources.flatMap((file) => longFunctions(file));
    expect(long).toEqual([]);
  });
});

/** Functions and methods of a formatted file that have more than 40 lines: from the line that opens one to the brace below it. */
function longFunctions(file: string): string[] {
  const lines = read(file).split("\n");
  return lines.flatMap((line, start) => {
    const opening = /^(\s*)(?:export )?(?:async )?(?:function\*? |#?\w+\().*\{$/.exec(line);
    if (!opening || /^\s*(?:if|for|while|switch)\b/.test(line)) return [];
    const end = lines.findIndex((other, i) => i > start && other.startsWith(`${opening[1]}}`));
    return end - start > 40 ? [`${file}:${start + 1} has ${end - start + 1} lines`] : [];
  });
}

describe("style", () => {
  test("no any, no non-null assertion, no suppression", () => {
    const banned = [/:\s*any\b/, /\bas any\b/, /\w!\.|\w!\)|\w!;/, /@ts-(?:ignore|expect-error|nocheck)/, /biome-ignore/];
    const wrong = sources.flatMap((file) => {
      const code = codeOf(file);
      return banned.filter((pattern) => pattern.test(code)).map((pattern) => `${file}: ${pattern}`);
    });
    expect(wrong).toEqual([]);
  });

  test("`as` stands only at the border of wasm and of files, with a comment above", () => {
    const allowed = ["src/wasm.ts", "src/cli/spec.ts", "src/cli/signal.ts"];
    const wrong = sources.filter((file) =>
      / as (?!const\b)[A-Za-z{[]/.test(codeOf(file).replaceAll(/^(?:import|export) .*$|\* as \w+/gm, "")),
    );
    expect(wrong.filter((file) => !allowed.includes(file))).toEqual([]);
  });

  test("only run, store, cli and page know their platform", () => {
    const words = /\bprocess\.|\bwindow\.|\bdocument\.|\bnavigator\./;
    const wrong = sources.filter(
      (file) => (words.test(codeOf(file)) || /from "node:/.test(read(file))) && !platform.some((folder) => file.startsWith(folder)),
    );
    expect(wrong).toEqual([]);
  });

  test("no number of a result is computed by the host's transcendental functions", () => {
    const host = /Math\.(?:exp|expm1|log|log1p|log2|log10|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|cbrt|hypot|random)\b|\*\*/;
    const wrong = sources.filter(
      (file) => !/^src\/(?:cli|page|quantity\.ts)/.test(file) && host.test(read(file).replaceAll(/\/\*[\s\S]*?\*\/|2 \*\* \d+/g, "")),
    );
    expect(wrong).toEqual([]);
  });

  test("only layout.ts knows the order of the fields of a block", () => {
    const wrong = sources.filter(
      (file) => !/^src\/kernel\/(adaptive-)?layout\.ts$/.test(file) && /\.header \+|\.driveTable|\.takeTable/.test(read(file)),
    );
    expect(wrong).toEqual([]);
  });
});

describe("wasm", () => {
  const data = 11;
  test.each(Object.keys(modules))("%s has no data section and imports only its memory and the seam", (name) => {
    const bytes = readFileSync(join(root, `build/${name}.wasm`));
    expect(sections(bytes)).not.toContain(data);
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes)).map(({ module, name: field }) => `${module}.${field}`);
    const own: Record<string, string[]> = { solvers: ["rhs", "record", "observe", "diffuse"], adaptive: ["rhs", "observe", "jacobian"] };
    const allowed = ["env.memory", ...(own[name] ?? []).map((field) => `model.${field}`)];
    expect(imports.filter((each) => !allowed.includes(each))).toEqual([]);
  });

  test("nothing happens at import: no module of the library is compiled before it is needed", async () => {
    const { Module } = WebAssembly;
    let compiled = 0;
    WebAssembly.Module = new Proxy(Module, {
      construct(target, args) {
        compiled++;
        return Reflect.construct(target, args);
      },
    });
    await import("../src/index.ts");
    WebAssembly.Module = Module;
    expect(compiled).toBe(0);
  });
});

describe("words", () => {
  test("no registry host, no path of a machine, in anything that is committed", () => {
    const files = [
      "package.json",
      "package-lock.json",
      ".npmrc",
      "README.md",
      "CHANGELOG.md",
      "CONTRIBUTING.md",
      ...everything,
      ...filesUnder("scripts", ".mjs"),
    ];
    const hosts = new RegExp(["registry\\.npm", "npmjs\\.(?:org|com)", "/work/", "/root/", 'resolved"'].join("|"));
    const wrong = files.filter((file) => file !== "test/house.test.ts" && existsSync(join(root, file)) && hosts.test(read(file)));
    expect(wrong).toEqual([]);
  });
});
