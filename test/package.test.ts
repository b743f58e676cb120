// The package as npm packs it, in an empty project: installed, imported, type-checked, run, and built by Vite into a page.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, launch } from "./chromium.ts";
import { hashOf, importMap, policies, program, script } from "./pages.ts";
import { addressOf, serve } from "./serve.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "massgrid-package-"));
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

function run(command: string, args: string[], cwd = project) {
  return spawnSync(command, args, { cwd, encoding: "utf8", timeout: 110_000, shell: process.platform === "win32" });
}

let packed: { filename: string; files: { path: string }[] };

beforeAll(() => {
  const pack = run(npm, ["pack", "--ignore-scripts", "--json", "--pack-destination", project], root);
  const listing: unknown = JSON.parse(pack.stdout);
  const [first] = Array.isArray(listing) ? listing : Object.values(listing ?? {});
  packed = first;
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  writeFileSync(join(project, "sweeps.js"), program);
  const installed = run(npm, ["install", "--no-audit", "--no-fund", "--prefer-offline", `./${packed.filename}`]);
  if (installed.status !== 0) throw new Error(installed.stderr);
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe("npm pack", () => {
  test("holds what is needed and no more", () => {
    const all = packed.files.map(({ path }) => path);
    // What a model that is printed as AssemblyScript imports, and the seam that it meets.
    const math = readdirSync(join(root, "assembly/math")).map((name) => `assembly/math/${name}`);
    expect(all).toEqual(expect.arrayContaining([...math, "assembly/model.ts"]));
    // The command line's parts, which are loaded when a command needs them.
    const parts = all.filter((path) => /^dist\/cli-[\w.-]+\.js$/.test(path));
    expect(parts).toEqual(expect.arrayContaining(["figure", "models", "plot", "show", "sweep"].map((name) => `dist/cli-${name}.js`)));
    // What a stored sweep alone needs is loaded for it.
    const stored = all.filter((path) => /^dist\/massgrid-[\w-]+\.js$/.test(path));
    expect(stored).toEqual(expect.arrayContaining(["resume", "open", "verify"].map((name) => `dist/massgrid-${name}.js`)));
    // The explorer: a page, its style, and scripts, none of which another page loads.
    const page = all.filter((path) => path.startsWith("dist/explorer/"));
    expect(page).toEqual(expect.arrayContaining(["dist/explorer/index.html", "dist/explorer/licenses.md"]));
    expect(page.filter((path) => !/^dist\/explorer\/(?:index\.html|licenses\.md|assets\/[\w-]+\.(?:js|css))$/.test(path))).toEqual([]);
    const known = [...math, ...parts, ...stored, ...page];
    const files = all.filter((path) => !path.endsWith(".d.ts") && !known.includes(path));
    expect(files.sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "assembly/model.ts",
      "dist/cli-licenses.md",
      "dist/cli.js",
      "dist/index.js",
      "dist/worker.js",
      "examples/jansen-rit.yaml",
      "package.json",
    ]);
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

  test("publint and attw find nothing", () => {
    const publint = run(process.execPath, [join(root, "node_modules/publint/src/cli.js"), join(project, packed.filename), "--strict"]);
    expect([publint.status, publint.stdout]).toEqual([0, expect.stringContaining("All good!")]);
    const attw = run(process.execPath, [
      join(root, "node_modules/@arethetypeswrong/cli/dist/index.js"),
      join(project, packed.filename),
      "--profile",
      "esm-only",
    ]);
    expect([attw.status, attw.stdout]).toEqual([0, expect.not.stringMatching(/❌|💀/)]);
    expect(attw.stdout).toContain("🟢 (ESM)");
  });
});

describe("in an empty project", () => {
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

  test("the command runs from node_modules/.bin", () => {
    const bin = join(project, "node_modules/.bin", process.platform === "win32" ? "massgrid.cmd" : "massgrid");
    const { status, stdout } = run(bin, ["sweep", "node_modules/massgrid/examples/jansen-rit.yaml", "--out", "a.arrow", "--plot", "a.png"]);
    expect(status).toBe(0);
    expect(stdout).toContain("wrote a.arrow, a.map.arrow, a.png");
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
      'import { sweeps } from "./sweeps.js"; console.log((await sweeps(0)).length, (await sweeps(2)).length);',
    );
    const { stdout, stderr } = run(process.execPath, ["--disallow-code-generation-from-strings", "--disable-proto=delete", "main.js"]);
    expect([stdout, stderr]).toEqual(["174 174\n", ""]);
  });
});

/** The hash of what the installed package finds in Node without workers: what every page must find. */
async function hashInNode(): Promise<string> {
  const { sweeps }: { sweeps: (workers: number) => Promise<Float64Array[]> } = await import(join(project, "sweeps.js"));
  const [alone, two] = [await sweeps(0), await sweeps(2)].map((parts) =>
    hashOf(parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength))),
  );
  expect(two).toBe(alone);
  return alone;
}

describe.skipIf(chromiumPath === undefined)("in a browser", () => {
  let browser: Browser;
  const servers: { close: () => unknown }[] = [];
  let wanted = "";
  const at: Record<string, string> = {};

  beforeAll(async () => {
    const map = importMap(project);
    writeFileSync(join(project, "index.html"), '<!doctype html><script type="module" src="./page.js"></script>');
    writeFileSync(
      join(project, "plain.html"),
      `<!doctype html><script type="importmap">${map}</script><script type="module" src="./page.js"></script>`,
    );
    writeFileSync(join(project, "page.js"), script);
    const vite = join(root, "node_modules/vite/bin/vite.js");
    const built = run(process.execPath, [vite, "build", "--base", "./", "--outDir", "page", "--logLevel", "warn"]);
    if (built.status !== 0) throw new Error(built.stderr + built.stdout);
    for (const [name, folder] of [
      ["built", join(project, "page")],
      ["plain", project],
    ]) {
      const server = await serve(folder, policies(map));
      servers.push(server);
      at[name] = addressOf(server);
    }
    browser = await launch();
    wanted = await hashInNode();
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) await server.close();
  });

  async function open(url: string, prepare: string = "") {
    const page = await browser.newPage();
    await page.addInitScript(prepare);
    await page.goto(url);
    await page.waitForFunction(() => document.title !== "", undefined, { timeout: 60_000 });
    return page;
  }

  /** What a page found, and with how many workers. */
  async function found(url: string, prepare?: string): Promise<{ failure: unknown; hash: string; workers: number }> {
    const page = await open(url, prepare);
    const failure = await page.evaluate("globalThis.failure");
    const encoded: string[] = await page.evaluate(
      `Promise.all((globalThis.parts ?? []).map((part) => new Promise((done) => { const reader = new FileReader(); reader.onload = () => done(reader.result.split(",")[1]); reader.readAsDataURL(new Blob([part])); })))`,
    );
    const workers = page.workers().length;
    await page.close();
    return { failure, hash: hashOf(encoded.map((text) => Buffer.from(text, "base64"))), workers };
  }

  test.each([
    ["built by Vite", "built", "free/"],
    ["built by Vite, under a strict policy", "built", "strict/"],
    ["without a bundler, under a strict policy", "plain", "plain/plain.html"],
  ])("a page %s gives Node's bits, with two workers", async (_, where, path) => {
    expect(await found(`${at[where]}/${path}`)).toEqual({ failure: undefined, hash: wanted, workers: 2 });
  });

  test("a page of Vite's development server does too", async () => {
    const { createServer } = await import("vite");
    const server = await createServer({ root: project, configFile: false, logLevel: "error", server: { host: "127.0.0.1", port: 0 } });
    servers.push(server);
    await server.listen();
    expect(await found(`${addressOf(server.httpServer)}/`)).toEqual({ failure: undefined, hash: wanted, workers: 2 });
  });

  test.each([
    ["the policy forbids them", "no-workers/", ""],
    ["they cannot be made", "strict/", 'globalThis.Worker = class { constructor() { throw new DOMException("no", "SecurityError"); } };'],
    ["there are none", "strict/", "delete globalThis.Worker;"],
  ])("where %s, the page's own thread does the work", async (_, path, prepare) => {
    expect(await found(`${at.built}/${path}`, prepare)).toEqual({ failure: undefined, hash: wanted, workers: 0 });
  });

  test("a worker that vanishes without a word is missed, and its blocks are run again", async () => {
    // The page's seconds are a hundredth as long here, and its first worker is ended as soon as it has been loaded.
    const prepare = `
      const every = globalThis.setInterval;
      globalThis.setInterval = (work, ms) => every(work, ms / 100);
      let started = 0;
      globalThis.Worker = class extends Worker {
        constructor(...args) {
          super(...args);
          if (started++ === 0) this.addEventListener("message", () => this.terminate(), { once: true });
        }
      };`;
    expect(await found(`${at.built}/strict/`, prepare)).toEqual({ failure: undefined, hash: wanted, workers: 2 });
  });

  test("names the directive that a page's policy lacks", async () => {
    expect(await found(`${at.built}/nothing/`)).toMatchObject({
      failure: "E_CSP_WASM: this page's Content-Security-Policy does not allow WebAssembly; add 'wasm-unsafe-eval' to script-src",
    });
  });
});
