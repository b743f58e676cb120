// What docs/security.md promises of specs, stores and figures of strangers, tried with harmless markers; and its list of packages.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { sbom } from "../scripts/sbom.mjs";
import { gridSearch, MassgridError } from "../src/index.ts";
import { nodeHost } from "../src/platform/node-host.ts";
import { openDisk } from "../src/store/disk/open-disk.ts";
import { openStored } from "../src/store/open.ts";
import { folderFor } from "./support/folder.ts";
import { contents, copy, forge, over } from "./support/stores.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = folderFor("security");

/** Texts that would leave a marker, if anything took them for a program, a path or markup. */
const payloads = [
  "__import__('os').system('touch marker')",
  "constructor.constructor('globalThis.marker = 1')()",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a payload
  "${globalThis.marker = 1}",
  "$(touch marker)",
  "`touch marker`",
  "'; touch marker; '",
  "x\\n!!js/function 'function () { globalThis.marker = 1 }'",
  "<img src=x onerror=globalThis.marker=1>",
  "</text><script>globalThis.marker=1</script>",
  "../../outside",
  "/etc/passwd",
  "file:///etc/passwd/x",
  "http://127.0.0.1:9/x",
  "data:text/yaml,x/y",
  "__proto__",
];

const jansenRit = `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramGrid: { C: [68, 135] }
paramMap: { C: { vars: [jrc_op/c], nodes: [jrc] } }
simulationTime: 0.01
stepSize: 1e-3
outputs: { V: jrc/jrc_op/V_e }
`;

/** Each payload in each place of a spec that takes a text. */
const places: ((payload: string) => string)[] = [
  (payload) => jansenRit.replace(/circuitTemplate: .*/, `circuitTemplate: ${payload}`),
  (payload) => jansenRit.replace("C: [68, 135]", `${payload}: [68, 135]`).replace("{ C: { vars", `{ ${payload}: { vars`),
  (payload) => jansenRit.replace("jrc_op/c]", `${payload}]`),
  (payload) => jansenRit.replace("{ V: jrc/jrc_op/V_e }", `{ ${payload}: jrc/jrc_op/V_e }`),
  (payload) => jansenRit.replace("jrc/jrc_op/V_e", payload),
  (payload) => `${jansenRit}inputs: { jrc/jrc_op/u: { file: ${payload} } }\n`,
  (payload) => `${jansenRit}initialState: { file: ${payload} }\n`,
  (payload) => `${jansenRit}rename: { C: ${payload} }\n`,
  (payload) => `${jansenRit}solver: ${payload}\n`,
];

const parts = {
  ...{
    operator: "OperatorTemplate",
    node: "NodeTemplate",
    circuit: "CircuitTemplate",
    equation: "x' = -a*x + i",
    value: "output(1.0)",
    name: "a",
  },
  ...{ operators: "op", nodes: "pop", source: "p/op/x", edge: "null", weight: "1.0", text: "A decay." },
};

/** A file of templates, with a text in one of its places. */
function templateWith(changed: Partial<typeof parts>): string {
  const has = Object.fromEntries(Object.entries({ ...parts, ...changed }).map(([place, text]) => [place, JSON.stringify(text)]));
  const edge = changed.edge === undefined ? "null" : has.edge;
  const weight = changed.weight === undefined ? "1.0" : has.weight;
  return `op: { base: ${has.operator}, description: ${has.text}, equations: [${has.equation}], variables: { x: ${has.value}, ${has.name}: 1.0, i: input(0.0) } }
pop: { base: ${has.node}, description: ${has.text}, operators: [${has.operators}] }
net: { base: ${has.circuit}, description: ${has.text}, nodes: { p: ${has.nodes} }, edges: [[${has.source}, p/op/i, ${edge}, { weight: ${weight} }]] }
`;
}

/** A sweep of a template's file beside the spec. */
const specOf = (file: string) => `circuitTemplate: models/${file}/net
paramGrid: { w: [1, 2] }
paramMap: { w: { vars: [weight], edges: [[p/op/x, p/op/i]] } }
simulationTime: 0.01
stepSize: 1e-3
outputs: { x: p/op/x }
`;

/** Reads and runs every spec of a folder, where files outside it and the package cannot be reached and no process can be started. */
const program = `
import { readdirSync, readFileSync } from "node:fs";
import { Problems } from "${root}build/lib/check.js";
import { readSource, readSpec } from "${root}build/lib/cli/spec.js";
import { gridSearch } from "${root}build/lib/index.js";
const found = {};
for (const name of readdirSync(".").filter((name) => name.endsWith(".yaml"))) {
  try {
    const problems = new Problems();
    const { options } = await readSpec(problems, readSource(name));
    problems.throwIfAny();
    await gridSearch({ ...options, workers: 0 });
    found[name] = "ran";
  } catch (error) {
    found[name] = error.code === "ERR_ACCESS_DENIED" ? "left its folder: " + error.resource : error.code ?? error.constructor.name;
  }
}
console.log(JSON.stringify({ found, marker: globalThis.marker ?? null, polluted: ({}).C ?? null }));
`;

describe("security: specs and templates", () => {
  test("texts in every place of a spec, and of a template, run nothing, and open nothing outside the folder", () => {
    const here = join(folder, "specs");
    mkdirSync(join(here, "models"), { recursive: true });
    const ofTemplates = Object.keys(parts);
    for (const place of ofTemplates)
      for (const [j, payload] of payloads.entries()) {
        writeFileSync(join(here, `models/${place}${j}.yaml`), templateWith({ [place]: payload }));
        writeFileSync(join(here, `${place}-${j}.yaml`), specOf(`${place}${j}`));
      }
    writeFileSync(join(here, "models/whole.yaml"), templateWith({}));
    writeFileSync(join(here, "whole.yaml"), specOf("whole"));
    const quoted = (payload: string) => JSON.stringify(payload);
    for (const [i, place] of places.entries())
      for (const [j, payload] of payloads.entries()) writeFileSync(join(here, `${i}-${j}.yaml`), place(quoted(payload)));
    const before = contents(folder);
    const [major] = process.versions.node.split(".").map(Number);
    const permission = major < 23 ? "--experimental-permission" : "--permission";
    // A name that leads to a file elsewhere meets a denial, which is told as what it is.
    const allowed = [realpathSync(here), root].map((path) => `--allow-fs-read=${join(path, "*")}`);
    const args = [permission, ...allowed, "--no-warnings", "--input-type=module", "-e", program];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: here, encoding: "utf8" });
    expect(stderr).toBe("");
    const { found, marker, polluted } = JSON.parse(stdout);
    expect([marker, polluted]).toEqual([null, null]);
    const told: string[] = Object.values(found);
    expect(told.length).toBe((places.length + ofTemplates.length) * payloads.length + 1);
    expect(found["whole.yaml"]).toBe("ran");
    for (const [j] of payloads.entries()) expect(found[`text-${j}.yaml`]).toBe("ran");
    expect(told.filter((each) => !/^(?:ran|E_[A-Z_]+|SpecError)$/.test(each))).toEqual([]);
    expect(contents(folder)).toEqual(before);
  });
});

describe("security: stores", () => {
  const good = join(folder, "good");
  const forged = join(folder, "forged");
  beforeAll(async () => {
    await gridSearch({ ...over(20), store: { directory: good, shardPoints: 8 } });
    writeFileSync(join(folder, "secret.arrow"), "secret");
  });

  /** A host that notes every path that it opens, reads or writes. */
  function watched() {
    const host = nodeHost();
    const paths: string[] = [];
    const fs: typeof host.fs = {
      ...host.fs,
      open: (path, flags) => {
        paths.push(path);
        return host.fs.open(path, flags);
      },
      readdir: (path) => {
        paths.push(path);
        return host.fs.readdir(path);
      },
    };
    return { host: { ...host, fs }, paths };
  }

  /** Opens a store and reads all of it; the code of its refusal, where there is one, and the paths that were opened outside. */
  async function read(directory: string): Promise<{ code: string; outside: string[] }> {
    const { host, paths } = watched();
    let code = "";
    try {
      const sweep = await openStored(openDisk(directory, host));
      for await (const batch of sweep.batches()) expect(batch.numRows).toBeGreaterThan(0);
    } catch (error) {
      if (!(error instanceof MassgridError)) throw error;
      code = error.code;
    }
    return { code, outside: paths.filter((path) => !realpathSync(path).startsWith(realpathSync(directory))) };
  }

  /** Every text and number of a manifest, by the keys that lead to it. */
  function leaves(value: unknown, path: string[] = []): string[][] {
    if (typeof value !== "object" || value === null) return [path];
    return Object.entries(value).flatMap(([key, each]) => leaves(each, [...path, key]));
  }

  function setLeaf(manifest: Record<string, unknown>, path: readonly string[], value: unknown): void {
    let at: unknown = manifest;
    for (const key of path.slice(0, -1)) at = typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined;
    if (typeof at === "object" && at !== null) Reflect.set(at, path[path.length - 1], value);
  }

  test("manifests with anything in any place lead to no file outside their folder", { timeout: 120_000 }, async () => {
    const all = leaves(JSON.parse(readFileSync(join(good, "_massgrid/manifest.json"), "utf8")));
    expect(all.length).toBeGreaterThan(20);
    const values = [...payloads, "../secret.arrow", join(folder, "secret.arrow"), "traces/../../secret.arrow", -1, 1e9, null, true, [], {}];
    const property = fc.asyncProperty(fc.constantFrom(...all), fc.constantFrom(...values), async (path, value) => {
      copy(good, forged);
      forge(forged, (manifest) => setLeaf(manifest, path, value));
      expect((await read(forged)).outside).toEqual([]);
    });
    await fc.assert(property, { numRuns: 250, seed: 21 });
  });

  test("links in the place of files lead out of no store", async () => {
    for (const name of ["traces/000000.arrow", "_massgrid/manifest.json", "map.arrow"]) {
      copy(good, forged);
      spawnSync("rm", [join(forged, name)]);
      symlinkSync(join(folder, "secret.arrow"), join(forged, name));
      const { code, outside } = await read(forged);
      expect([name, outside]).toEqual([name, []]);
      if (name !== "map.arrow") expect(code).toMatch(/^E_/);
    }
  });

  test("nothing that is read leaves a marker", () => {
    expect(Reflect.get(globalThis, "marker")).toBe(undefined);
    expect(readdirSync(folder).sort()).toEqual(["forged", "good", "secret.arrow", "specs"]);
  });
});

describe("security: docs/security.md and the bill of materials", () => {
  const page = readFileSync(join(root, "docs/security.md"), "utf8");
  const manifest: Record<string, Record<string, string>> = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { dependencies, devDependencies, peerDependencies } = manifest;
  const rows = [...page.matchAll(/^\| `([^`]+)` \| ([^|]+) \| (installed|optional|built in|development) \| ([^|]+) \|$/gm)].map(
    ([, name, licence, how, reason]) => ({ name, licence, how, reason }),
  );
  const names = (how: string) => rows.filter((row) => row.how === how).map(({ name }) => name);

  test("list every package of package.json once, with how it comes, licence and reason", () => {
    const optional = Object.keys(peerDependencies);
    expect(names("installed").sort()).toEqual(Object.keys(dependencies).sort());
    expect(names("optional").sort()).toEqual(optional.sort());
    const rest = Object.keys(devDependencies).filter((name) => !optional.includes(name));
    expect([...names("built in"), ...names("development")].sort()).toEqual(rest.sort());
    expect(rows.filter(({ reason }) => reason.trim().length < 4)).toEqual([]);
  });

  test("name for each thing of a stranger's what holds its row, which is there and about it", () => {
    const [table] = page.split("\n\n").filter((text) => text.startsWith("| what comes from a stranger |"));
    const held = table
      .split("\n")
      .slice(2)
      .map((row) => row.split(" | "));
    expect(held.length).toBeGreaterThan(8);
    for (const cells of held) {
      const files = [...cells[cells.length - 1].matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => file);
      expect([cells[0], files.length > 0, files.filter((file) => !existsSync(join(root, file)))]).toEqual([cells[0], true, []]);
    }
  });

  test("have the licences that the packages say", () => {
    const elsewhere = ["bullmq", "ioredis"];
    const wrong = rows
      .filter(({ name }) => !elsewhere.includes(name))
      .filter(({ name, licence }) => JSON.parse(readFileSync(join(root, `node_modules/${name}/package.json`), "utf8")).license !== licence);
    expect(wrong).toEqual([]);
  });

  test("name as built in what the build writes licences of", () => {
    const pages = ["licenses.md", "cli-licenses.md", "worker-licenses.md", "explorer/licenses.md"];
    const built = new Set(
      pages.flatMap((file) => [...readFileSync(join(root, "dist", file), "utf8").matchAll(/^## (\S+) - /gm)].map(([, name]) => name)),
    );
    const direct = [...built].filter((name) => name in devDependencies);
    expect(names("built in").sort()).toEqual(direct.sort());
  });

  test("agree: all that is installed or built in, with licences, and no address of a registry", { timeout: 240_000 }, () => {
    const bill = sbom();
    const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
    const installed = Object.entries<{ dev?: boolean; peer?: boolean; optional?: boolean; devOptional?: boolean; version: string }>(
      packages,
    )
      .filter(([path, { dev, peer, optional, devOptional }]) => path !== "" && !dev && !peer && !optional && !devOptional)
      .map(([path, { version }]) => `${path.split("node_modules/").at(-1)}@${version}`);
    const listed = bill.components.map((component) => component["bom-ref"]);
    expect(listed).toEqual(expect.arrayContaining(installed));
    expect(installed.length).toBe(9);
    for (const name of names("built in")) expect(listed.some((ref) => ref.startsWith(`${name}@`))).toBe(true);
    expect(bill.components.filter(({ licenses }) => !licenses?.[0].license.id)).toEqual([]);
    expect(bill.components.filter((component) => !installed.includes(component["bom-ref"]) && component.properties === undefined)).toEqual(
      [],
    );
    expect(JSON.stringify(bill)).not.toMatch(/registry\.|timestamp|serialNumber|"path"|\/work\//);
    expect(bill.metadata.component.name).toBe("massgrid");
  });
});
