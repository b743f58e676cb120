// What the page opens with, made by the build: modules of the page whose one function needs nothing but the package are replaced by what it gives.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Modules of src/page, and their function. */
const made = { opening: "opening", prepared: "prepared" };

/** A value as an expression of JavaScript; `bytesOf` gives the bytes of a module. */
function expression(value, bytesOf) {
  const of = (each) => expression(each, bytesOf);
  if (value === undefined) return "void 0";
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(of).join()}]`;
  if (value instanceof WebAssembly.Module) return `new WebAssembly.Module(${of(bytesOf(value))})`;
  if (ArrayBuffer.isView(value)) {
    const base64 = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
    return `new ${value.constructor.name}(bytes("${base64}").buffer)`;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`a ${prototype.constructor.name} cannot be put into the page`);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${entries.map(([name, each]) => `${JSON.stringify(name)}:${of(each)}`).join()}}`;
}

/** A plugin of Vite that puts values in place of these modules. `lib` has the package's files one by one. */
export function openingOf(root) {
  const lib = (path) => pathToFileURL(join(root, "build/lib", path)).href;
  return {
    name: "opening",
    enforce: "pre",
    async load(id) {
      const [, name] = /[\\/]src[\\/]page[\\/](\w+)\.ts$/.exec(id) ?? [];
      const called = made[name];
      if (called === undefined) return undefined;
      const [module, { bytesOfModule }] = await Promise.all([import(lib(`page/${name}.js`)), import(lib("model/wasm.js"))]);
      const value = expression(await module[called](), bytesOfModule);
      const bytes = value.includes("bytes(")
        ? "const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));"
        : "";
      return `${bytes}\nexport const ${called} = async () => (${value});`;
    },
  };
}

/** Sources of the package that the page imports, one by one as they were compiled: what it opens with needs few of them. */
export function libraryOf(root) {
  return {
    name: "library",
    enforce: "pre",
    resolveId(source, importer = "") {
      const [, path] = /^\.\.\/(.+)\.ts$/.exec(source) ?? [];
      if (path === undefined || !/[\\/]src[\\/]page[\\/][\w-]+\.ts(?:\?.*)?$/.test(importer)) return undefined;
      const file = join(root, "build/lib", `${path}.js`);
      return existsSync(file) ? file : undefined;
    },
  };
}

/** Modules that are loaded with one whose name `ofRoot` knows: what it imports, and what that imports, but not what is imported when it is used. */
class LoadedWith {
  #known = new Map();
  #isRoot;

  constructor(isRoot) {
    this.#isRoot = isRoot;
  }

  has(id, bundle) {
    const before = this.#known.get(id);
    if (before !== undefined) return before;
    // Of a circle of imports, none is loaded unless another way leads there.
    this.#known.set(id, false);
    const { isEntry = false, importers = [] } = bundle.getModuleInfo(id) ?? {};
    const found = this.#isRoot(id, isEntry) || importers.some((importer) => this.has(importer, bundle));
    this.#known.set(id, found);
    return found;
  }
}

/** All that the page's worker loads at once, in one file. */
export function workerFiles() {
  const atOnce = new LoadedWith((_, isEntry) => isEntry);
  return { groups: [{ name: (id, bundle) => (atOnce.has(id, bundle) ? "engine" : null) }] };
}

/** Files of the page: what shows the first picture, with the library that draws it beside, what stands beside the picture, and what is loaded later. */
export function pageFiles() {
  const atOnce = new LoadedWith((_, isEntry) => isEntry);
  const beside = new LoadedWith((id) => /[\\/]src[\\/]page[\\/]controls\.ts$/.test(id));
  return {
    groups: [
      { name: "uplot", test: /[\\/]node_modules[\\/]uplot[\\/]/, priority: 2 },
      { name: (id, bundle) => (atOnce.has(id, bundle) ? "page" : null), priority: 1 },
      { name: (id, bundle) => (beside.has(id, bundle) ? "controls" : null) },
    ],
  };
}

/** Has the browser load at once what the page's first script asks for next. */
export const preloaded = {
  name: "preloaded",
  transformIndexHtml: {
    order: "post",
    handler(_, { bundle = {} }) {
      const chunks = Object.values(bundle).filter(({ type, name }) => type === "chunk" && name === "opening");
      return chunks.map(({ fileName }) => ({
        tag: "link",
        attrs: { rel: "modulepreload", crossorigin: true, href: `./${fileName}` },
        injectTo: "head",
      }));
    },
  },
};
