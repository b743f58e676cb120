// Builds the package: the WebAssembly core; then the library, its worker, the command line and the page, as few files each, while
// tsc makes declarations, and the files one by one, which benches load. npm test checks types.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { libraryOf, openingOf, pageFiles, preloaded, workerFiles } from "./opening.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = join(root, "build/stamp");
const sources = ["assembly", "src", "scripts", "test/assembly"];
const single = ["package.json", "package-lock.json", "asconfig.json", "tsconfig.json", "tsconfig.build.json"];

function filesUnder(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes(".generated."))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** A hash of everything that the build reads. */
function fingerprint() {
  const hash = createHash("sha256");
  for (const file of [...sources.flatMap(filesUnder), ...single.map((name) => join(root, name))]) {
    hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

/** Whether what is built was built from the present sources. */
export function isBuilt() {
  const made = [
    "dist/index.js",
    "dist/cli.js",
    "dist/worker.js",
    "dist/reader.js",
    "dist/explorer/index.html",
    "src/kernel/core.generated.ts",
    "src/kernel/adaptive.generated.ts",
    "src/kernel/structs.generated.ts",
    "src/model/compile/coefficients.generated.ts",
    "src/model/core.generated.ts",
    "src/model/pairs.generated.ts",
    "src/model/equation/grammar.generated.ts",
    "src/model/bundled/bundled.generated.ts",
  ].every((file) => existsSync(join(root, file)));
  return made && existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint();
}

/** Runs a program of a package beside what this process does. */
function run(bin, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, "node_modules", bin), ...args], { cwd: root, stdio: "inherit" });
    child.on("exit", (status) => (status === 0 ? resolve() : reject(new Error(`${bin} ${args.join(" ")} failed`))));
  });
}

/**
 * The declarations of what the door exports, in one file, with those of the libraries that are built in; what is private is left
 * out. apache-arrow's stay outside, as its tables do.
 */
async function bundleTypes() {
  const { rollup } = await import("rollup");
  const { dts } = await import("rollup-plugin-dts");
  const plugins = [dts({ includeExternal: ["valibot", "js-yaml"] })];
  const bundled = await rollup({ input: "build/lib/index.d.ts", external: [/^apache-arrow/], plugins });
  await bundled.write({ file: "dist/index.d.ts" });
}

/**
 * Keeps `new Worker(new URL("./worker.js", import.meta.url), ...)` as it is written: the bundler of who uses the package must find
 * it so, and not what this build would make of it.
 */
const keepWorker = {
  name: "keep-worker",
  enforce: "pre",
  transform: (code) => (code.includes(workerWritten) ? code.replace(workerWritten, workerHidden) : undefined),
  renderChunk: (code) => code.replace(workerHidden, workerWritten),
};
const workerWritten = 'new Worker(new URL("./worker.js", import.meta.url), { type: "module" })';
const workerHidden = "new __massgridWorker__()";

const shared = {
  root,
  plugins: [keepWorker],
  configFile: false,
  logLevel: "warn",
};

/** What threads run, as a file each that imports nothing: a page's import map does not hold in a worker. */
const threads = {
  "worker.js": "src/workers/worker.ts",
  "reader.js": "src/store/disk/reader.ts",
};

async function bundleThread(bundle, [file, entry]) {
  await bundle({
    ...shared,
    build: {
      lib: { entry, formats: ["es"], fileName: () => file },
      outDir: "dist",
      emptyOutDir: false,
      copyPublicDir: false,
      target: "es2022",
      minify: false,
      ...(file === "worker.js" ? { license: { fileName: "worker-licenses.md" } } : {}),
      rollupOptions: { output: { codeSplitting: false } },
    },
  });
  const left = readFileSync(`dist/${file}`, "utf8").match(/^(?:import|export)\b.*$/m);
  if (left) throw new Error(`dist/${file} is not whole: ${left[0]}`);
}

/** js-yaml makes all its schemas as it loads; said to have no effects, they are left out where its parser alone is used. */
const parserAlone = {
  name: "parser-alone",
  transform: (code, id) => {
    if (!/[\\/]js-yaml[\\/]/.test(id)) return undefined;
    return code.replaceAll(/^var (\w+) = (define\w+Tag|new Schema|\w+\.withTags)\(/gm, "var $1 = /* @__PURE__ */ $2(");
  },
};

/**
 * Files of the library, by where they begin: the door, with what makes options and reads results, and the core, which a first call of
 * the door's functions loads: what every sweep needs, in one file. What stored and adaptive ones alone need stands beside them.
 */
const parts = {
  door: {
    name: "door",
    test: /[\\/]src[\\/](?:api[\\/](?:grid-search|simulate|plan|parquet)|design[\\/]\w+|errors|sweep[\\/](?:input|solver)|table[\\/](?:trace|replicates)|reduce[\\/](?:spectrum|reducers))\.ts$/,
    priority: 2,
  },
  core: {
    name: "core",
    test: /[\\/]src[\\/](?:api[\\/](?:search|one-run|size-up|connect|describe)|kernel[\\/]materialize|model[\\/]bundled[\\/]\w+)\.ts$/,
    priority: 1,
  },
};

/**
 * The library in few files, for Node and browsers: small files load slowly. apache-arrow stays outside: a second copy of it
 * would make tables that the caller's copy reads as empty.
 */
async function bundleLibrary(bundle) {
  await bundle({
    ...shared,
    plugins: [keepWorker, parserAlone],
    build: {
      lib: { entry: "src/index.ts", formats: ["es"], fileName: () => "index.js" },
      outDir: "dist",
      emptyOutDir: false,
      copyPublicDir: false,
      target: "es2022",
      minify: false,
      license: { fileName: "licenses.md" },
      rollupOptions: {
        external: [/^apache-arrow/, "@assemblyscript/loader", "hyparquet", "hyparquet-writer"],
        output: { chunkFileNames: "massgrid-[name].js", codeSplitting: { groups: [parts.door, parts.core] } },
      },
    },
  });
}

/** The command line as one file with its libraries; what it loads only for pictures stays apart, and native code outside. */
async function bundleCli(bundle) {
  await bundle({
    ...shared,
    ssr: { noExternal: true, external: ["@resvg/resvg-js"] },
    build: {
      ssr: "src/cli/bin.ts",
      outDir: "dist",
      emptyOutDir: false,
      copyPublicDir: false,
      target: "node20",
      minify: false,
      license: { fileName: "cli-licenses.md" },
      rollupOptions: {
        external: ["@resvg/resvg-js"],
        output: { entryFileNames: "cli.js", chunkFileNames: "cli-[name].js" },
      },
    },
  });
  chmodSync("dist/cli.js", 0o755);
}

/** Parts of Observable Plot's libraries that no figure uses, maps of the earth and named colour schemes: a fifth of what saves figures. */
const withoutMaps = {
  name: "without-maps",
  enforce: "pre",
  async load(id) {
    const [, library] = /[\\/]node_modules[\\/](d3-geo|d3-scale-chromatic)[\\/]/.exec(id) ?? [];
    if (library === undefined) return undefined;
    const names = Object.keys(await import(library));
    return names.map((name) => `export const ${name} = () => undefined;`).join("\n");
  },
};

/**
 * uPlot makes a format of numbers in the browser's language as it loads. Where the system has none, as in containers, WebKitGTK calls that "C" (in C.UTF-8),
 * at which Intl throws, and the page stays empty. Its own numbers are in English everywhere.
 */
const anyLanguage = {
  name: "any-language",
  transform: (code, id) => {
    if (!/[\\/]uplot[\\/].*\.js$/.test(id)) return undefined;
    const asked = "domEnv ? nav.language : 'en-US'";
    if (!code.includes(asked)) throw new Error("uPlot asks for the browser's language in another way");
    return code.replace(asked, "'en-US'");
  },
};

/**
 * How the explorer is built, a folder that any web server serves: over the package's files one by one, so that what it opens with is loaded
 * without the rest. `external` are modules that are left out, and `write` whether files are made: a bench weighs the page without its libraries.
 */
export function pageBuild({ external = [], write = true } = {}) {
  // Every function of the package is imported statically as well, as the page takes all of it.
  const checks = { pluginTimings: false, ineffectiveDynamicImport: false };
  const plugins = () => [openingOf(root), libraryOf(root), parserAlone];
  return {
    root: join(root, "src/page"),
    base: "./",
    configFile: false,
    logLevel: "warn",
    plugins: [withoutMaps, anyLanguage, preloaded, ...plugins()],
    worker: { format: "es", plugins, rollupOptions: { external, checks, output: { codeSplitting: workerFiles() } } },
    build: {
      outDir: join(root, "dist/explorer"),
      emptyOutDir: write,
      write,
      target: "es2022",
      // The page's own script is there when others are loaded: Firefox tells an error of a preload of it.
      modulePreload: {
        polyfill: false,
        resolveDependencies: (_, files, { hostType }) =>
          hostType === "js" ? files.filter((file) => !/\/index-[\w-]+\.js$/.test(file)) : files,
      },
      ...(write ? { license: { fileName: "licenses.md" } } : {}),
      chunkSizeWarningLimit: 1000,
      assetsInlineLimit: 0,
      rollupOptions: { external, checks, output: { codeSplitting: pageFiles() } },
    },
  };
}

async function bundleAll() {
  const { build: bundle } = await import("vite");
  await bundleLibrary(bundle);
  for (const thread of Object.entries(threads)) await bundleThread(bundle, thread);
  await bundleCli(bundle);
}

/** The page takes what tsc has made. */
async function bundlePage() {
  const { build: bundle } = await import("vite");
  await bundle(pageBuild());
}

export async function build() {
  process.chdir(root);
  const { buildCore } = await import("./core.mjs");
  await buildCore();
  const { buildGrammar } = await import("./grammar.mjs");
  buildGrammar();
  const { embedTemplates } = await import("./templates.mjs");
  embedTemplates();
  for (const folder of ["dist", "build/lib"]) rmSync(folder, { recursive: true, force: true });
  const typed = run("typescript/bin/tsc", ["-p", "tsconfig.build.json"]);
  const bundled = bundleAll();
  await typed;
  await Promise.all([bundled, bundleTypes(), bundlePage()]);
  writeFileSync(stamp, fingerprint());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!isBuilt()) await build();
}
