// The package as npm packs it, in an empty project: installed, type-checked, imported and run in Node. Pages: consumers.test.ts.
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleSizes } from "./support/bundled-pages.ts";
import { filesUnder } from "./support/imports.ts";
import { emptyProject, faultOf, faultOfServer, installInto, type Packed, root, run as runIn } from "./support/installed.ts";
import { importMap } from "./support/pages.ts";

const project = emptyProject();
const run = (command: string, args: string[]) => runIn(command, args, project);
let packed: Packed;

beforeAll(() => {
  packed = installInto(project);
}, 300_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe("package: npm pack", () => {
  test("holds what is needed and no more", () => {
    const all = packed.files.map(({ path }) => path);
    // What a model that is printed as AssemblyScript imports, and the seam that it meets.
    const math = readdirSync(join(root, "assembly/math")).map((name) => `assembly/math/${name}`);
    expect(all).toEqual(expect.arrayContaining([...math, "assembly/model.ts"]));
    // The command line's parts, which are loaded when a command needs them.
    const parts = all.filter((path) => /^dist\/cli-[\w.-]+\.js$/.test(path));
    expect(parts).toEqual(
      expect.arrayContaining(["explore", "plot", "show", "store", "sweep", "write-figure"].map((name) => `dist/cli-${name}.js`)),
    );
    // The door; what its calls load, and what stored sweeps alone need.
    const stored = all.filter((path) => /^dist\/massgrid-[\w-]+\.js$/.test(path));
    expect(stored).toEqual(
      expect.arrayContaining(["door", "core", "resume", "open", "integrity"].map((name) => `dist/massgrid-${name}.js`)),
    );
    // The explorer: a page, its style, and scripts, none of which another page loads.
    const page = all.filter((path) => path.startsWith("dist/explorer/"));
    expect(page).toEqual(expect.arrayContaining(["dist/explorer/index.html", "dist/explorer/licenses.md"]));
    expect(page.filter((path) => !/^dist\/explorer\/(?:index\.html|licenses\.md|assets\/[\w-]+\.(?:js|css))$/.test(path))).toEqual([]);
    // What README links to, and what that links to.
    const docs = filesUnder(root, "docs", [""]);
    expect(all).toEqual(expect.arrayContaining(docs));
    // The specs of the gallery's figures.
    const specs = filesUnder(root, "examples/gallery", [".yaml"]);
    expect(all).toEqual(expect.arrayContaining(specs));
    const known = [...math, ...parts, ...stored, ...page, ...docs, ...specs];
    // The bill of materials is made by prepack, which is left out here.
    const files = all.filter((path) => !known.includes(path) && path !== "dist/sbom.cdx.json");
    expect(files.sort()).toEqual([
      "CHANGELOG.md",
      "CITATION.cff",
      "LICENSE",
      "README.md",
      "SECURITY.md",
      "assembly/model.ts",
      "bench/results.md",
      "dist/cli-licenses.md",
      "dist/cli.js",
      "dist/index.d.ts",
      "dist/index.js",
      "dist/licenses.md",
      "dist/reader.js",
      "dist/worker-licenses.md",
      "dist/worker.js",
      "examples/jansen-rit-diagram.yaml",
      "examples/jansen-rit.yaml",
      "package.json",
    ]);
  });

  test("holds all that its pages link to", () => {
    const all = packed.files.map(({ path }) => path);
    const pages = all.filter((path) => path.endsWith(".md") && !path.startsWith("dist/"));
    const links = pages.flatMap((page) =>
      [...readFileSync(join(root, page), "utf8").matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map(([, to]) =>
        posix.join(posix.dirname(page), to),
      ),
    );
    expect(links.length).toBeGreaterThan(20);
    expect([...new Set(links)].filter((to) => !all.includes(to))).toEqual([]);
  });

  test("runs no install script, and needs no package that does", () => {
    const folders = readdirSync(join(project, "node_modules"), { recursive: true, encoding: "utf8" });
    const manifests = folders.filter((file) =>
      /(^|[\\/])node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+[\\/]package\.json$/.test(`node_modules/${file}`),
    );
    expect(manifests.length).toBeGreaterThan(5);
    const scripts = manifests.flatMap((file) => {
      const { name, scripts = {} } = JSON.parse(readFileSync(join(project, "node_modules", file), "utf8"));
      return ["preinstall", "install", "postinstall"].filter((script) => script in scripts).map((script) => `${name} ${script}`);
    });
    expect(scripts).toEqual([]);
  });

  test("imports its dependencies and nothing else, all of which the import map for pages without a bundler names", () => {
    const scripts = packed.files.filter(({ path }) => /^dist\/(?:index|massgrid-[\w.-]+)\.js$/.test(path));
    const text = scripts.map(({ path }) => readFileSync(join(root, path), "utf8")).join("\n");
    const imported = new Set([...text.matchAll(/(?:^import .* from|\bimport\() ?"([^".][^"]*)"/gm)].map((match) => match[1]));
    expect(imported.size).toBeGreaterThan(5);
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const packages = [...imported].map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0]);
    expect([...new Set(packages)].sort()).toEqual(Object.keys(dependencies).sort());
    const { imports } = JSON.parse(importMap);
    expect([...imported].filter((name) => !(name in imports))).toEqual([]);
  });

  test("gives a page that imports gridSearch less than 80 kB at once, gzipped, and the rest when it is used", async () => {
    const files = await bundleSizes("{ gridSearch, trace, uniformNoise }");
    const first = files.filter(({ isFirst }) => isFirst).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(first).toBeLessThan(80_000);
    const later = files.filter(({ isFirst }) => !isFirst).map(({ name }) => name);
    for (const part of ["core", "adaptive", "certify", "resume"])
      expect(later.filter((name) => name.includes(`massgrid-${part}`))).toHaveLength(1);
  });

  test("publint finds nothing", () => {
    const publint = run(process.execPath, [join(root, "node_modules/publint/src/cli.js"), join(project, packed.filename), "--strict"]);
    expect([publint.status, publint.stdout]).toEqual([0, expect.stringContaining("All good!")]);
  });
});

describe("package: in an empty project", () => {
  test("its types hold, under the strictest settings and with library checks", () => {
    writeFileSync(
      join(project, "use.ts"),
      `import { type FeatureReducer, type GridSearchOptions, gridSearch, MassgridError, materialize, trace, uniformNoise } from "massgrid";
const noise = uniformNoise({ low: 120, high: 320, seed: 1995 });
const options: GridSearchOptions = { circuitTemplate: "a", paramGrid: { C: [1] }, paramMap: {}, simulationTime: 1, stepSize: 1, outputs: {}, inputs: { a: noise } };
const { results, resultsMap } = await gridSearch(options);
const values: Float64Array = trace(results, "JRC2_0", "V");
const rows: number = resultsMap.numRows;
const samples = materialize(noise, 1, 10);
const mine: FeatureReducer = {
  name: "count",
  columns: ["count"],
  start: ({ lanes }) => {
    const counts = new Float64Array(lanes);
    return { add: (values, lane) => { counts[lane] += values.length; }, finish: () => [counts] };
  },
};
const map = await gridSearch({ ...options, features: { V: ["mean", { crossings: { level: 1 } }, mine] }, results: false });
const none: undefined = map.results;
const points: number = map.resultsMap.numRows;
export { MassgridError, none, points, rows, samples, values };
// @ts-expect-error a feature that does not exist
gridSearch({ ...options, features: { V: ["maen"] } });
// @ts-expect-error an option that does not exist
gridSearch({ ...options, features: { V: [{ crossings: { levle: 1 } }] } });
// @ts-expect-error a solver that does not exist
gridSearch({ ...options, solver: "huen" });
`,
    );
    const settings = [
      "--strict",
      "--noEmit",
      "--module",
      "nodenext",
      "--target",
      "es2022",
      "--exactOptionalPropertyTypes",
      "--types",
      "node",
    ];
    const tsc = run(process.execPath, [
      join(root, "node_modules/typescript/bin/tsc"),
      ...settings,
      "--skipLibCheck",
      "false",
      "--typeRoots",
      join(root, "node_modules/@types"),
      "use.ts",
    ]);
    expect(tsc.stdout).toBe("");
    expect(tsc.status).toBe(0);
  });

  test("the command runs from node_modules/.bin, and says what PNG needs before it computes anything", () => {
    const bin = join(project, "node_modules/.bin", process.platform === "win32" ? "massgrid.cmd" : "massgrid");
    const sweep = ["sweep", "node_modules/massgrid/examples/jansen-rit.yaml", "--out", "a.arrow", "--plot"];
    const asPng = run(bin, [...sweep, "a.png"]);
    expect([asPng.status, asPng.stdout, asPng.stderr]).toEqual([
      2,
      "",
      "--plot a.png: PNG is drawn by the package @resvg/resvg-js, which is not installed: npm install @resvg/resvg-js, or write .svg\n",
    ]);
    const { status, stdout } = run(bin, [...sweep, "a.svg"]);
    expect(status).toBe(0);
    expect(stdout).toContain("wrote a.arrow, a.map.arrow, a.svg");
  });

  test("is at most 12 packages of 25 MB", () => {
    const lock = JSON.parse(readFileSync(join(project, "node_modules/.package-lock.json"), "utf8"));
    expect(Object.keys(lock.packages).length).toBeLessThanOrEqual(12);
    const files = readdirSync(join(project, "node_modules"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    expect(bytes).toBeLessThan(25e6);
  });

  test("a model that it prints as AssemblyScript compiles against it", () => {
    const template = "model_templates.neural_mass_models.jansenrit.JRC2";
    const bin = join(project, "node_modules/massgrid/dist/cli.js");
    const { stdout } = run(process.execPath, [bin, "show", template, "--as", "assemblyscript"]);
    writeFileSync(join(project, "model.ts"), stdout);
    const args = /npx asc (.*)/.exec(stdout)?.[1].split(" ") ?? [];
    const asc = run(process.execPath, [join(root, "node_modules/assemblyscript/bin/asc.js"), ...args]);
    expect([asc.status, asc.stderr]).toEqual([0, ""]);
    const module = new WebAssembly.Module(readFileSync(join(project, "model.wasm")));
    expect(WebAssembly.Module.exports(module).map(({ name }) => name)).toEqual(["rhs", "observe"]);
  });

  test("it works where code from strings and prototypes are forbidden", () => {
    writeFileSync(
      join(project, "main.js"),
      'import { sweeps } from "./sweeps.mjs"; console.log(JSON.stringify(await sweeps(0)) === JSON.stringify(await sweeps(2)));',
    );
    const { stdout, stderr } = run(process.execPath, ["--disallow-code-generation-from-strings", "--disable-proto=delete", "main.js"]);
    expect([stdout, stderr]).toEqual(["true\n", ""]);
  });
});

describe("package: the commands of README, and of the first sweep", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const tutorial = readFileSync(join(root, "docs/first-sweep.md"), "utf8");
  const linesOf = (text: string) =>
    [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block.trim().replaceAll(/ *#.*/g, ""));
  const inText = [...(readme + tutorial).matchAll(/`(npx massgrid [^`]*)`/g)].map(([, command]) => command);
  /** How it is installed, and what is for a checkout, are left out. */
  const commands = [...[...linesOf(readme).slice(2), ...linesOf(tutorial)].flatMap((block) => block.split("\n")), ...inText];
  const specs = [...tutorial.matchAll(/^```yaml\n# (\S+\.yaml)\n([\s\S]*?)^```/gm)];

  test("run one after the other in a folder that has the package and nothing else", async () => {
    const folder = emptyProject();
    try {
      cpSync(join(project, "node_modules"), join(folder, "node_modules"), { recursive: true, verbatimSymlinks: true });
      for (const [, name, text] of specs) writeFileSync(join(folder, name), text);
      const failed: string[] = [];
      expect(commands.length).toBeGreaterThan(12);
      for (const command of commands) {
        const fault = await (command.includes(" explore") ? faultOfServer : faultOf)(command, folder);
        if (fault !== "") failed.push(`${command}: ${fault}`);
      }
      expect(failed).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 240_000);
});
