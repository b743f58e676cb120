/** What is used of Node's module of files. */
export interface FileSystem {
  constants: { O_RDONLY: number; O_NONBLOCK?: number };
  realpathSync: (path: string) => string;
  statSync: (path: string) => { isFile: () => boolean };
  openSync: (path: string, flags: number) => number;
  fstatSync: (file: number) => { isFile: () => boolean; size: number };
  readSync: (file: number, bytes: Uint8Array, offset: number, length: number, position: null) => number;
  closeSync: (file: number) => void;
}

/**
 * The bytes of a file, at most `most` of them. Throws an Error that says why where it cannot be read, is larger, or is none:
 * a pipe or a device would be read for ever.
 */
export function readRegular(fs: FileSystem, path: string, most: number): Uint8Array<ArrayBuffer> {
  const { O_RDONLY, O_NONBLOCK = 0 } = fs.constants;
  return opened(fs, path, O_RDONLY | O_NONBLOCK, (file) => {
    const found = fs.fstatSync(file);
    if (!found.isFile()) throw new Error("it is no regular file");
    checkSize(found.size, most);
    const bytes = new Uint8Array(found.size);
    return bytes.subarray(0, fill(fs, file, bytes));
  });
}

/** As readRegular, of what may be a pipe too, such as /dev/stdin: it is read to its end, or until there is too much. */
export function readStream(fs: FileSystem, path: string, most: number): Uint8Array<ArrayBuffer> {
  return opened(fs, path, fs.constants.O_RDONLY, (file) => {
    let bytes = new Uint8Array(65536);
    let length = fill(fs, file, bytes);
    while (length === bytes.length) {
      checkSize(length, most);
      const larger = new Uint8Array(2 * length);
      larger.set(bytes);
      bytes = larger;
      length += fill(fs, file, bytes.subarray(length));
    }
    checkSize(length, most);
    return bytes.subarray(0, length);
  });
}

function opened<Result>(fs: FileSystem, path: string, flags: number, work: (file: number) => Result): Result {
  const file = fs.openSync(path, flags);
  try {
    return work(file);
  } finally {
    fs.closeSync(file);
  }
}

function checkSize(size: number, most: number): void {
  if (size > most) throw new Error(`it has ${size} bytes or more; at most ${most} are possible`);
}

/** Reads until the bytes are full or the file ends; returns how many there are. */
function fill(fs: FileSystem, file: number, bytes: Uint8Array): number {
  let length = 0;
  for (let read = -1; read !== 0 && length < bytes.length; length += read)
    read = fs.readSync(file, bytes, length, bytes.length - length, null);
  return length;
}
