// How much does a page load that uses the package? An application that imports gridSearch, built by Vite for production, gzipped;
// without apache-arrow, which an application that shows tables has anyway. Of what parts all of it is made.
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { row } from "./support/measure.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const entry = "virtual:application";
const LIMIT = 80_000;

/** Which modules a part of the bundle is made of; each module goes to the first that takes it. */
const parts = [
  { name: "js-yaml", test: /node_modules.js-yaml/ },
  { name: "valibot", test: /node_modules.valibot/ },
  { name: "loader", test: /node_modules.@assemblyscript/ },
  { name: "wasm", test: /core\.generated/ },
  { name: "templates", test: /bundled\.generated/ },
  { name: "grammar", test: /grammar\.generated/ },
  { name: "own code", test: /build.lib/ },
];

/** The files of an application that uses what it imports from `library`: everything, or some names. */
async function application(library, output = {}, names = "* as massgrid") {
  const program = {
    name: "application",
    resolveId: (id) => (id === entry ? `\0${entry}` : undefined),
    load: (id) =>
      id === `\0${entry}`
        ? `import ${names} from ${JSON.stringify(root + library)}; globalThis.taken = ${names.replace("* as ", "")};`
        : undefined,
  };
  const { output: files } = await build({
    root,
    configFile: false,
    mode: "production",
    logLevel: "warn",
    plugins: [program],
    build: { write: false, modulePreload: false, rollupOptions: { input: entry, external: [/^apache-arrow/], output } },
  });
  return files;
}

function gzipped({ code }) {
  return gzipSync(code).length;
}

const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

/** Size of each part, were it a file of its own; from the modules that the package's one file is made of. */
async function sizes() {
  const files = await application("build/lib/index.js", { codeSplitting: { groups: parts } });
  return parts.map(({ name }) => {
    const file = files.find((each) => each.name === name);
    if (!file) throw new Error(`no file has the part ${name}`);
    return `${name} ${kB(gzipped(file))}`;
  });
}

export async function bench() {
  const files = (await application("dist/index.js", {}, "{ gridSearch }")).filter(({ fileName }) => fileName.endsWith(".js"));
  if (!files.some(({ code }) => code?.includes("apache-arrow"))) throw new Error("apache-arrow is not beside the application");
  // What a page loads at once, the files that its first one imports among them; the worker's file and what some sweeps alone need are
  // loaded when they are used.
  const first = files.filter(({ isEntry }) => isEntry);
  for (const file of first)
    first.push(...files.filter(({ fileName }) => file.imports.includes(fileName) && !first.some((each) => each.fileName === fileName)));
  const others = files.filter((file) => !first.includes(file));
  const sum = (weigh) => first.reduce((total, file) => total + weigh(file), 0);
  const size = sum(gzipped);
  const later = others.map((each) => `${each.fileName.replace(/^.*\/|-[^-]*$/g, "")} ${kB(gzipped({ code: each.code ?? each.source }))}`);
  const parts = `${(await sizes()).join(", ")}; loaded when used: ${later.join(", ") || "nothing"}`;
  const found = `${kB(size)}, ${kB(sum(({ code }) => Buffer.byteLength(code)))} before; ${parts}`;
  return [
    row(
      "a bundle that imports gridSearch, without apache-arrow, minified, gzipped: what is loaded at once",
      found,
      "≤ 80 kB",
      size / LIMIT,
      1,
    ),
  ];
}
