// The package as npm packs it, in an empty project: installed, imported, type-checked, run, and built by Vite into a page.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, launch } from "./chromium.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "massgrid-package-"));
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

function run(command: string, args: string[], cwd = project) {
  return spawnSync(command, args, { cwd, encoding: "utf8", timeout: 110_000, shell: process.platform === "win32" });
}

/** The published sweep, a noise sweep and a Runge-Kutta sweep; their bits in hex words, to be hashed. */
const program = `import { gridSearch, normalNoise, trace, uniformNoise } from "massgrid";

export async function sweeps() {
  const published = {
    circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
    paramGrid: { C: [68, 128, 135, 270, 675, 1350] },
    paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
    simulationTime: 10, stepSize: 1e-4, samplingStepSize: 1e-3, cutoff: 1,
    inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) },
    outputs: { V_pce: "jrc/jrc_op/V_e", V_pci: "jrc/jrc_op/V_i", m: "jrc/jrc_op/m" },
  };
  const independent = { "jrc/jrc_op/u": normalNoise({ mean: 220, sd: 60, seed: 7, shared: false }) };
  const calls = [published, { ...published, simulationTime: 2, inputs: independent }, { ...published, simulationTime: 2, stepSize: 1e-3, solver: "rk4" }];
  const parts = [];
  for (const call of calls) {
    const { results, resultsMap } = await gridSearch(call);
    for (const key of resultsMap.getChild("key")) for (const output of ["V_pce", "V_pci", "m"]) parts.push(trace(results, key, output));
  }
  return parts;
}
`;

function hashOf(words: Iterable<Uint8Array>): string {
  const hash = createHash("sha256");
  for (const bytes of words) hash.update(bytes);
  return hash.digest("hex");
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
    const parts = all.filter((path) => /^dist\/cli-[\w-]+\.js$/.test(path));
    expect(parts).toEqual(expect.arrayContaining(["figure", "models", "show", "sweep"].map((name) => `dist/cli-${name}.js`)));
    const files = all.filter((path) => !path.endsWith(".d.ts") && ![...math, ...parts].includes(path));
    expect(files.sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "assembly/model.ts",
      "dist/cli-licenses.md",
      "dist/cli.js",
      "dist/index.js",
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
    writeFileSync(join(project, "main.js"), 'import { sweeps } from "./sweeps.js"; console.log((await sweeps()).length);');
    const { stdout, stderr } = run(process.execPath, ["--disallow-code-generation-from-strings", "--disable-proto=delete", "main.js"]);
    expect([stdout, stderr]).toEqual(["54\n", ""]);
  });
});

/** Serves a folder on loopback; the first part of the path chooses the Content-Security-Policy. */
function serve(folder: string, policies: Record<string, string>): Promise<Server> {
  const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };
  const server = createServer((request, response) => {
    const [, name, ...rest] = (request.url ?? "").split("/");
    const file = rest.join("/") || "index.html";
    try {
      const body = readFileSync(join(folder, file));
      const policy = policies[name];
      response.writeHead(200, { "content-type": types[extname(file)] ?? "", ...(policy ? { "content-security-policy": policy } : {}) });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

describe.skipIf(chromiumPath === undefined)("in a browser, built by Vite", () => {
  let browser: Browser;
  let server: Server;
  let base = "";

  beforeAll(async () => {
    writeFileSync(join(project, "index.html"), '<!doctype html><script type="module" src="./page.js"></script>');
    writeFileSync(
      join(project, "page.js"),
      `import { sweeps } from "./sweeps.js";
sweeps().then((parts) => { globalThis.parts = parts; document.title = "done"; }, (error) => { globalThis.failure = error.message; document.title = "failed"; });
`,
    );
    const vite = run(process.execPath, [
      join(root, "node_modules/vite/bin/vite.js"),
      "build",
      "--base",
      "./",
      "--outDir",
      "page",
      "--logLevel",
      "warn",
    ]);
    if (vite.status !== 0) throw new Error(vite.stderr + vite.stdout);
    server = await serve(join(project, "page"), { strict: "script-src 'self'", wasm: "script-src 'self' 'wasm-unsafe-eval'" });
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    base = `http://127.0.0.1:${address.port}`;
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  async function open(policy: string) {
    const page = await browser.newPage();
    await page.goto(`${base}/${policy}/`);
    await page.waitForFunction(() => document.title !== "");
    return page;
  }

  test.each(["free", "wasm"])("gives Node's bits, under the policy %s", async (policy) => {
    const page = await open(policy);
    expect(await page.evaluate("globalThis.failure")).toBeUndefined();
    const encoded: string[] = await page.evaluate(
      `Promise.all(globalThis.parts.map((part) => new Promise((done) => { const reader = new FileReader(); reader.onload = () => done(reader.result.split(",")[1]); reader.readAsDataURL(new Blob([part])); })))`,
    );
    const { sweeps }: { sweeps: () => Promise<Float64Array[]> } = await import(join(project, "sweeps.js"));
    const here = (await sweeps()).map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    expect(encoded).toHaveLength(54);
    expect(hashOf(encoded.map((text) => Buffer.from(text, "base64")))).toBe(hashOf(here));
    await page.close();
  });

  test("names the directive that a page's policy lacks", async () => {
    const page = await open("strict");
    expect(await page.evaluate("globalThis.failure")).toBe(
      "E_CSP_WASM: this page's Content-Security-Policy does not allow WebAssembly; add 'wasm-unsafe-eval' to script-src",
    );
    await page.close();
  });
});
