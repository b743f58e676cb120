import type { Handle } from "../../platform/node-host.ts";
import type { ByteRange } from "./storage.ts";

/** Writes pieces, one while the next is made, and returns how many bytes they have together. */
export async function writePieces(handle: Handle, pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<number> {
  let written = 0;
  let writing: Promise<void> | undefined;
  try {
    for await (const bytes of pieces) {
      await writing;
      writing = writeAll(handle, bytes);
      // The next await throws its error; until then it must not count as an unhandled rejection.
      writing.catch(() => {});
      written += bytes.length;
    }
    await writing;
    return written;
  } finally {
    await writing?.catch(() => {});
  }
}

/** Writes all bytes. One call may write fewer without an error; a full disk then writes none. */
async function writeAll(handle: Handle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done);
    if (bytesWritten === 0) throw Object.assign(new Error("nothing could be written"), { code: "ENOSPC" });
    done += bytesWritten;
  }
}

/** The bytes of a range, or as many as there are. */
export async function readRange(handle: Handle, { first, bytes }: ByteRange): Promise<Uint8Array> {
  const read = new Uint8Array(bytes);
  let done = 0;
  while (done < bytes) {
    const { bytesRead } = await handle.read(read, done, bytes - done, first + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return read.subarray(0, done);
}
