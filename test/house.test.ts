import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { modules, sections } from "../scripts/core.mjs";
import { subjectOf, topTitles, workAtCollection } from "./support/collecting.ts";
import { cyclesOf, filesUnder, type Import, importsOf, packagesOf } from "./support/imports.ts";
import { spreadArguments } from "./support/spreads.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Floors of the source, from the top down: a file imports from lower floors, or from its own folder, by the floors there. */
const floors = [
  ["src/page", "src/cli"],
  ["src/index.ts"],
  ["src/api"],
  ["src/figure"],
  ["src/certify"],
  ["src/store"],
  ["src/table"],
  ["src/run"],
  ["src/workers"],
  ["src/engine"],
  ["src/continuation"],
  ["src/plan"],
  ["src/options"],
  ["src/reduce", "src/design"],
  ["src/platform"],
  ["src/kernel"],
  ["src/sweep"],
  ["src/model"],
  [
    "src/check.ts",
    "src/errors.ts",
    "src/kept.ts",
    "src/lists.ts",
    "src/lookalike.ts",
    "src/nearest.ts",
    "src/quantity.ts",
    "src/whole.ts",
    "src/version.ts",
  ],
];

/** Floors within a folder that has several rooms, from the top down; what is named by none stands above them all. */
const inner = [
  ["src/model/bundled"],
  ["src/model/template", "src/model/compile"],
  ["src/model/model.ts"],
  ["src/model/equation"],
  ["src/model/wasm.ts", "src/model/core.generated.ts"],
  ["src/store/disk"],
  ["src/store/format"],
  ["src/store/errors.ts"],
];

/** Floors of the other trees. */
const elsewhere = [
  ["test"],
  ["bench", "battery"],
  ["battery/support"],
  ["battery/parts.mjs", "test/support", "test/consumer", "bench/support", "bench/rivals"],
  ["scripts"],
];

/** Floors of the assembly, from the top down; files of one floor know each other where there is no cycle. */
const assemblyFloors = [
  ["assembly/index.ts", "assembly/adaptive/index.ts", "assembly/noise/index.ts", "assembly/math/index.ts", "assembly/math/functions.ts"],
  ["assembly/integrate.ts", "assembly/integrate-noisy.ts", "assembly/adaptive/adapt.ts", "assembly/models"],
  ["assembly/solvers", ...["first-step", "lanes", "propose", "record", "switches"].map((name) => `assembly/adaptive/${name}.ts`)],
  ["assembly/wiener.ts", "assembly/stepper.ts", "assembly/adaptive/embedded-pair.ts", "assembly/adaptive/stages.ts"],
  ["assembly/delays.ts", ...["bounds", "failure", "held-switches", "inputs"].map((name) => `assembly/adaptive/${name}.ts`)],
  ["assembly/block.ts", "assembly/bounds.ts", "assembly/adaptive/block.ts", "assembly/model.ts"],
  ["assembly/noise"],
  ["assembly/math", "assembly/coefficients.ts"],
];

/** Words that only these folders may say: what belongs to a platform. */
const platform = ["src/platform", "src/cli", "src/page"];

const sources = filesUnder(root, "src", [".ts"]).filter((file) => !file.endsWith(".generated.ts"));
const tests = filesUnder(root, "test", [".ts", ".mjs"]);
const benches = filesUnder(root, "bench", [".ts", ".mjs"]);
const battery = filesUnder(root, "battery", [".mjs"]).filter((file) => !/\/\.venv\//.test(file));
const assembly = filesUnder(root, "assembly", [".ts"]);
const everything = [...sources, ...assembly, ...tests, ...benches, ...battery];

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** A file without its comments and strings. */
function codeOf(file: string): string {
  return read(file).replaceAll(/\/\/.*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/g, '""');
}

/** The floor of a file in a list of floors: the longest name that it begins with counts; -1 where none does. */
function floorOf(list: readonly (readonly string[])[], file: string): number {
  const names = list.flatMap((floor, height) => floor.map((name) => ({ name, height })));
  const found = names.filter(({ name }) => file === name || file.startsWith(`${name}/`)).sort((a, b) => b.name.length - a.name.length);
  return found[0]?.height ?? -1;
}

/** The folder of a floor that a file stands in: rooms of one floor do not know each other. */
function roomOf(file: string): string {
  return file.split("/").slice(0, 2).join("/");
}

/** Imports that go up, or to a neighbour on the same floor. */
function wrongWays(list: readonly (readonly string[])[], imports: readonly Import[]): string[] {
  const wrong = imports.filter(({ from, to }) => {
    const [here, there] = [floorOf(list, from), floorOf(list, to)];
    return there < here || (there === here && roomOf(from) !== roomOf(to) && here !== list.length - 1);
  });
  return wrong.map(({ from, to }) => `${from} imports ${to}`);
}

describe("house: floors", () => {
  const imports = everything.flatMap((file) => importsOf(root, file));
  const ofSource = imports.filter(({ from, to }) => from.startsWith("src/") && to.startsWith("src/"));

  test("every source file has a floor, and no floor is empty", () => {
    expect(sources.filter((file) => floorOf(floors, file) < 0)).toEqual([]);
    const names = [...floors, ...inner].flat().filter((name) => !name.endsWith(".generated.ts"));
    expect(names.filter((name) => !sources.some((file) => file === name || file.startsWith(`${name}/`)))).toEqual([]);
  });

  test("imports of the source go down, or stay in the folder", () => {
    expect(wrongWays(floors, ofSource)).toEqual([]);
  });

  test("within model and store, imports go down too", () => {
    const within = ofSource.filter(({ from, to }) => roomOf(from) === roomOf(to) && floorOf(inner, to) >= 0);
    const wrong = within.filter(({ from, to }) => {
      const [here, there] = [floorOf(inner, from), floorOf(inner, to)];
      return here > there || (here >= 0 && here === there && from.split("/")[2] !== to.split("/")[2] && to.split("/").length > 3);
    });
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  test("the source imports nothing of tests, benches and scripts", () => {
    expect(imports.filter(({ from, to }) => from.startsWith("src/") && !/^(?:src\/|package\.json)/.test(to))).toEqual([]);
  });

  test("tests and benches import what is below them", () => {
    const own = imports.filter(({ from, to }) => /^(?:test|bench|battery)\//.test(from) && /^(?:test|bench|battery|scripts)\//.test(to));
    const wrong = own.filter(({ from, to }) => floorOf(elsewhere, to) < floorOf(elsewhere, from));
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
    expect(own.filter(({ to }) => to.endsWith(".test.ts"))).toEqual([]);
  });

  test("the page takes nothing but the package's door, figures, and how quantities and places of errors are written", () => {
    const taken = ofSource.filter(({ from, to }) => from.startsWith("src/page/") && !to.startsWith("src/page/"));
    const others = taken.filter(({ to }) => !/^src\/(?:index\.ts|quantity\.ts|errors\.ts|figure\/)/.test(to));
    // What it opens with is planned when it is built, and run by what runs all sweeps.
    const opening = ["densities", "prepared", "prepared-run"].map((name) => `src/page/${name}.ts`);
    expect(others.filter(({ from, to }) => !opening.includes(from) || !/^src\/api\/prepared?\.ts$/.test(to))).toEqual([]);
  });

  test("there is no cycle, in the assembly neither", () => {
    expect(cyclesOf(imports)).toEqual([]);
  });

  test("imports of the assembly go down, those of its tests too", () => {
    const inside = imports.filter(({ to }) => to.startsWith("assembly/"));
    expect(assembly.filter((file) => floorOf(assemblyFloors, file) < 0)).toEqual([]);
    const wrong = inside.filter(({ from, to }) => floorOf(assemblyFloors, from) > floorOf(assemblyFloors, to));
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
    const models = inside.filter(({ from }) => from.startsWith("test/"));
    expect(models.filter(({ to }) => !to.startsWith("assembly/math/"))).toEqual([]);
  });

  test("assembly imports nothing from above", () => {
    expect(imports.filter(({ from, to }) => from.startsWith("assembly/") && !to.startsWith("assembly/"))).toEqual([]);
  });

  test("a test stands where its subject does", () => {
    const folders = new Set(
      [...sources, ...assembly].map((file) =>
        file
          .split("/")
          .slice(0, -1)
          .join("/")
          .replace(/^src\/?/, ""),
      ),
    );
    const mirrored = tests.filter((file) => file.endsWith(".test.ts")).map((file) => file.split("/").slice(1, -1).join("/"));
    expect(
      mirrored.filter((folder) => folder !== "" && ![...folders].some((known) => known === folder || known.startsWith(`${folder}/`))),
    ).toEqual([]);
  });
});

describe("house: size", () => {
  test("no file of the source is longer than 300 lines", () => {
    const lengths = [...sources, ...assembly].map((file) => ({ file, lines: read(file).split("\n").length - 1 }));
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
  });
});

describe("house: style", () => {
  test("WebAssembly is instantiated in one place", () => {
    const wrong = sources.filter((file) => /WebAssembly\.(?:Instance\(|instantiate)|assemblyscript\/loader/.test(read(file)));
    expect(wrong).toEqual(["src/model/wasm.ts"]);
  });

  test("no any, no non-null assertion, no suppression", () => {
    const banned = [/:\s*any\b/, /\bas any\b/, /\w!\.|\w!\)|\w!;/, /@ts-(?:ignore|expect-error|nocheck)/, /biome-ignore/];
    const wrong = sources.flatMap((file) => {
      const code = codeOf(file);
      return banned.filter((pattern) => pattern.test(code)).map((pattern) => `${file}: ${pattern}`);
    });
    expect(wrong).toEqual([]);
  });

  test("`as` stands only at the border of files, with a comment above", () => {
    const allowed = ["src/cli/spec.ts"];
    const wrong = sources.filter((file) =>
      / as (?!const\b)[A-Za-z{[]/.test(codeOf(file).replaceAll(/^(?:import|export) .*$|\* as \w+/gm, "")),
    );
    expect(wrong.filter((file) => !allowed.includes(file))).toEqual([]);
  });

  test("only platform, cli and page know their platform", () => {
    const words = /\bprocess\??\.|\bwindow\.|\bdocument\.|\bnavigator\.|\bgetBuiltinModule\b|\btypeof (?:process|navigator)\b/;
    const wrong = sources.filter(
      (file) =>
        (words.test(codeOf(file)) || /(?:from|import\() ?"node:/.test(read(file))) && !platform.some((folder) => file.startsWith(folder)),
    );
    expect(wrong).toEqual([]);
  });

  test("what a message says decides nothing", () => {
    const method = "(?:includes|match|startsWith|endsWith|search|indexOf)";
    const decides = new RegExp(
      `\\.(?:test|exec)\\((?:[\\w.?]*\\b(?:message|reason)\\b|String\\((?:error|cause)\\))|\\b(?:error|cause|fault|problem)[\\w.?]*\\.(?:message|reason)\\.${method}\\(`,
    );
    for (const text of ["/at most/.test(reason)", "exhausted.test(error.message)", "cause.message.includes(x)"])
      expect(decides.test(text)).toBe(true);
    expect(sources.filter((file) => decides.test(codeOf(file)))).toEqual([]);
  });

  test("no list is spread into the arguments of a call, whose number engines limit", () => {
    const found = sources.flatMap((file) => spreadArguments(file, read(file)));
    // A list is spread into elements of the page alone: it shows no more of them than one can look at.
    const shown = /^src\/page\/\S+ (?:element|\S+\.(?:append|replaceChildren))$/;
    expect(found.filter((place) => !shown.test(place))).toEqual([]);
    const examples = [
      "f(...list)",
      "new Set(...list)",
      "f([...list])",
      "f(...[1, ...list])",
      "f({ ...map })",
      "a.b.push(1, ...list.map(g))",
    ];
    expect(examples.flatMap((text) => spreadArguments("x.ts", text))).toEqual(["x.ts:1 f", "x.ts:1 Set", "x.ts:1 a.b.push"]);
  });

  test("no number of a result is computed by the host's transcendental functions", () => {
    const host = /Math\.(?:exp|expm1|log|log1p|log2|log10|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|cbrt|hypot|random)\b|\*\*/;
    const wrong = sources.filter(
      (file) =>
        !/^src\/(?:cli|page|figure|quantity\.ts)/.test(file) && host.test(read(file).replaceAll(/\/\*[\s\S]*?\*\/|2 \*\* \d+/g, "")),
    );
    expect(wrong).toEqual([]);
  });
});

describe("house: tests", () => {
  test("each says its subject, so that `-t resume` finds it: the name of its file or folder", () => {
    const wrong = tests
      .filter((file) => file.endsWith(".test.ts"))
      .flatMap((file) => {
        const subject = subjectOf(file);
        const silent = topTitles(root, file).filter((title) => !subject.some((word) => title?.toLowerCase().includes(word)));
        return silent.map((title) => `${file}: ${title}`);
      });
    expect(wrong).toEqual([]);
  });

  test("none takes the machine's time itself: times of one run are compared by test/support/stopwatch.ts", () => {
    const clocks = /\b(?:performance|Date)\.now\(|\bhrtime\b/;
    // What ends a hang, kills at random moments, or is yet to be held to counts.
    const allowed = /^test\/(?:support\/stopwatch\.ts|store\/crash\.test\.ts|run\/|workers\/)/;
    expect(tests.filter((file) => !allowed.test(file) && clocks.test(codeOf(file)))).toEqual([]);
  });

  test("listing them does no work: no sweep, no compilation, no process, no file before a test runs", () => {
    // These read bytes that tests are made from.
    const readers = ["test/support/models.ts", "test/support/reference.ts"];
    const found = tests.filter((file) => file.endsWith(".ts") && !readers.includes(file)).flatMap((file) => workAtCollection(root, file));
    expect(found).toEqual([]);
  });
});

describe("house: wasm", () => {
  const data = 11;
  test.each(Object.keys(modules))("%s has no data section and imports only its memory and the seam", (name) => {
    const bytes = readFileSync(join(root, `build/${name}.wasm`));
    expect(sections(bytes)).not.toContain(data);
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes)).map(({ module, name: field }) => `${module}.${field}`);
    const own: Record<string, string[]> = {
      solvers: ["rhs", "pushHistory", "observe", "diffuse"],
      adaptive: ["rhs", "observe", "jacobian", "switches"],
    };
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
    vi.resetModules();
    await import("../src/index.ts");
    WebAssembly.Module = Module;
    expect(compiled).toBe(0);
  });
});

describe("house: packages", () => {
  test("what is imported is in package.json; what consumers and rivals of benches need stands in their folders", () => {
    const { dependencies, devDependencies } = JSON.parse(read("package.json"));
    const known = ["massgrid", ...Object.keys({ ...dependencies, ...devDependencies })];
    const files = [...sources, ...tests, ...benches, ...battery, ...filesUnder(root, "scripts", [".mjs"])].filter(
      (file) => !/node_modules/.test(file),
    );
    const missing = files.flatMap((file) =>
      packagesOf(root, file)
        .filter((name) => !/^node:|\.(?:mjs|c|md)$/.test(name) && !known.some((each) => name === each || name.startsWith(`${each}/`)))
        .map((name) => `${file}: ${name}`),
    );
    expect(missing).toEqual(["bench/rivals/extrapolation.mjs: odex"]);
  });
});

describe("house: words", () => {
  test("no registry host, no path of a machine, in anything that is committed", () => {
    const files = [
      "package.json",
      "package-lock.json",
      ".npmrc",
      ...["bench/rivals", "consumers", "consumers/runtimes", "consumers/compilers", "cluster", "site"].flatMap((folder) => [
        `${folder}/package.json`,
        `${folder}/package-lock.json`,
        `${folder}/.npmrc`,
      ]),
      "README.md",
      "CHANGELOG.md",
      "CONTRIBUTING.md",
      ...everything,
      ...filesUnder(root, "scripts", [".mjs"]),
    ];
    const hosts = new RegExp(["registry\\.npm", "npmjs\\.(?:org|com)", "/work/", "/root/", 'resolved"'].join("|"));
    const wrong = files.filter((file) => file !== "test/house.test.ts" && existsSync(join(root, file)) && hosts.test(read(file)));
    expect(wrong).toEqual([]);
  });
});
