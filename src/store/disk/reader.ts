// The file that a reading thread of Node runs. It is built into one file that imports nothing: dist/reader.js.
import { blockingFiles, workerThreads } from "../../platform/environment.ts";
import type { Answer, Question } from "./readers.ts";

/** Bytes to which files are aligned in a buffer. */
const ALIGNED = 8;

type Blocking = NonNullable<ReturnType<typeof blockingFiles>>;
type Files = Blocking["fs"];

/** The size of a regular file; -1 for anything else, and for what cannot be asked. */
function sizeOf(fs: Files, path: string): number {
  try {
    const stat = fs.lstatSync(path, { throwIfNoEntry: false });
    return stat?.isFile() ? stat.size : -1;
  } catch {
    return -1;
  }
}

/** Whether a file could be read to the end of some bytes. */
function readInto(fs: Files, path: string, into: Uint8Array): boolean {
  try {
    const file = fs.openSync(path, "r");
    try {
      for (let done = 0; done < into.length; ) {
        const count = fs.readSync(file, into, done, into.length - done, done);
        if (count === 0) return false;
        done += count;
      }
      return true;
    } finally {
      fs.closeSync(file);
    }
  } catch {
    return false;
  }
}

/** Files one after the other in a buffer; those that are not as they are to be have the size -1. */
function read({ fs, sha256 }: Blocking, { folder, names, bytes, hashes, most, memory }: Extract<Question, { kind: "read" }>) {
  const sizes = new Float64Array(names.length);
  const firsts = new Float64Array(names.length);
  let end = 0;
  for (const [i, name] of names.entries()) {
    const size = sizeOf(fs, `${folder}/${name}`);
    const fits = size >= 0 && end + size <= most && (bytes === undefined || size === bytes[i]);
    sizes[i] = fits ? size : -1;
    firsts[i] = end;
    if (fits) end += Math.ceil(size / ALIGNED) * ALIGNED;
  }
  const buffer = memory && memory.byteLength >= end ? memory : new ArrayBuffer(end + end / 8);
  for (const [i, name] of names.entries()) {
    if (sizes[i] < 0) continue;
    const into = new Uint8Array(buffer, firsts[i], sizes[i]);
    if (!readInto(fs, `${folder}/${name}`, into) || (hashes !== undefined && sha256(into) !== hashes[i])) sizes[i] = -1;
  }
  return { sizes, firsts, buffer };
}

function remove(fs: Files, path: string): boolean {
  try {
    fs.rmSync(path, { force: true, recursive: true });
    return true;
  } catch {
    return false;
  }
}

function answerTo(question: Question, files: Blocking): Answer {
  const { id } = question;
  const { fs } = files;
  if (question.kind === "remove") return { id, kind: "removed", done: remove(fs, question.path) };
  if (question.kind === "sizes") {
    const { folder, names } = question;
    return { id, kind: "sizes", sizes: Float64Array.from(names, (name) => sizeOf(fs, `${folder}/${name}`)) };
  }
  return { id, kind: "read", ...read(files, question) };
}

function serve(): void {
  const port = workerThreads()?.parentPort;
  const files = blockingFiles();
  if (!port || !files) return;
  port.on("message", (question: Question) => {
    const answer = answerTo(question, files);
    port.postMessage(answer, answer.kind === "read" ? [answer.buffer] : []);
  });
}

serve();
