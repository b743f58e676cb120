import { faultText, type StoredMap, StoreReader, wholeMap } from "../figure/stored-map.ts";
import { decodeMap } from "../figure/table-file.ts";

/** Where a stored map is opened from: each reading has what is there by then. */
export interface MapSource {
  name: string;
  /** The address that it is shared by; "" for files of this machine. */
  url: string;
  read(signal: AbortSignal): Promise<StoredMap>;
}

/** Where a store's manifest is in its folder. */
const MANIFEST = "_massgrid/manifest.json";
/** Names of files that are a map by themselves; any other address is a store's folder. */
const isMapFile = (name: string) => /\.(?:arrows?|parquet)$/i.test(name);

/** The map of a file. */
export function fileSource(file: File): MapSource {
  const read = async () => wholeMap(await decodeMap(file.name, await bytesOf(file)));
  return { name: file.name, url: "", read };
}

/** The map of a store of which all files were chosen, with their paths. Throws an Error for files of no store, or of several. */
export function folderSource(files: readonly File[]): MapSource {
  const byPath = new Map(files.map((file) => [file.webkitRelativePath || file.name, file]));
  const roots = [...byPath.keys()].filter((path) => path.endsWith(MANIFEST)).map((path) => path.slice(0, -MANIFEST.length));
  // While a store is extended, the larger one is built within it.
  const outer = roots.filter((root) => !roots.some((other) => other !== root && root.startsWith(other)));
  const top = `${[...byPath.keys()][0]?.split("/")[0] ?? ""}/`;
  const [root = top, ...more] = outer;
  if (more.length > 0) throw new Error(`${top} holds ${outer.length} stores (${outer.slice(0, 3).join(", ")} …); choose the folder of one`);
  const reader = new StoreReader(root, digest);
  const get = async (path: string) => {
    const file = byPath.get(root + path);
    return file && (await bytesOf(file));
  };
  return { name: root.replace(/\/$/, "") || top, url: "", read: async () => await reader.read(get) };
}

async function bytesOf(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new Error(`${file.name} cannot be read any more: it was changed or removed, or is too large; open it again`, { cause });
  }
}

/** The map at an address: a file, or the folder of a store. Throws an Error for what is no address of http or https. */
export function urlSource(text: string): MapSource {
  const url = addressOf(text);
  const name = url.href;
  if (isMapFile(url.pathname)) {
    const read = async (signal: AbortSignal) => {
      const found = await fetched(url, signal);
      if (typeof found === "string") throw new Error(`${name} cannot be opened: ${found}`);
      return wholeMap(await decodeMap(name, found));
    };
    return { name, url: name, read };
  }
  const folder = folderOf(url);
  const reader = new StoreReader(folder.href, digest);
  const read = async (signal: AbortSignal) => {
    let [any, last] = [false, ""];
    const get = async (path: string) => {
      const file = new URL(path, folder);
      file.search = folder.search;
      const found = await fetched(file, signal);
      if (typeof found === "string") last = found;
      else any = true;
      return typeof found === "string" ? undefined : found;
    };
    try {
      return await reader.read(get);
    } catch (cause) {
      if (any || last === "") throw cause;
      throw new Error(`${faultText(cause)}; ${last}`, { cause });
    }
  };
  return { name: folder.href, url: folder.href, read };
}

function addressOf(text: string): URL {
  let url: URL;
  try {
    url = new URL(text.trim(), location.href);
  } catch (cause) {
    throw new Error(`"${text}" is no address`, { cause });
  }
  if (text.trim() === "") throw new Error("there is no address; give that of a map file or of a store's folder");
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new Error(`only addresses of http and https can be opened, and "${text}" is of ${url.protocol.slice(0, -1)}`);
  if (url.username !== "" || url.password !== "") throw new Error("an address with a name or password in it cannot be opened");
  url.hash = "";
  return url;
}

/** The folder of a store, whose manifest may have been named. */
function folderOf(url: URL): URL {
  const folder = new URL(url);
  folder.pathname = url.pathname.replace(/(?:\/_massgrid(?:\/(?:manifest\.json)?)?|\/)?$/, "/");
  return folder;
}

/** The bytes at an address, or why there are none. Throws an Error where nobody answers, or what is there may not be read. */
async function fetched(url: URL, signal: AbortSignal): Promise<Uint8Array | string> {
  let response: Response;
  try {
    response = await fetch(url, { signal, cache: "no-cache", referrerPolicy: "no-referrer" });
  } catch (cause) {
    signal.throwIfAborted();
    const elsewhere = "its server does not answer, or does not let pages of other origins read it (CORS: Access-Control-Allow-Origin)";
    const why = url.origin === location.origin ? "the server does not answer" : elsewhere;
    throw new Error(`${url.href} cannot be fetched: ${why}`, { cause });
  }
  const answer = `the server answers ${`${response.status} ${response.statusText}`.trim()}`;
  // Some servers answer 403 for what is not there, and others with a page of their own.
  if ([403, 404, 410].includes(response.status)) return answer;
  if (!response.ok) throw new Error(`${url.href} cannot be fetched: ${answer}`);
  if (response.headers.get("content-type")?.startsWith("text/html")) return "the server answers with a web page";
  return new Uint8Array(await response.arrayBuffer());
}

/** Browsers have sha256 on pages of https and of this machine alone. */
async function digest(bytes: Uint8Array): Promise<string | undefined> {
  if (!isSecureContext) return undefined;
  const hash = await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
