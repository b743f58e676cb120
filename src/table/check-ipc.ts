// Arrow IPC is made of flatbuffers, whose lengths a reader takes on trust: of a damaged file it may never come to an end. These are all
// lengths and places that a reader follows, looked at before it does (Message.fbs, Schema.fbs and File.fbs of Arrow's format).

/** Kinds of messages, and where tables have what is looked at. */
const SCHEMA = 1;
const DICTIONARY = 2;
const BATCH = 3;
const message = { version: 0, type: 1, header: 2, bodyLength: 3 };
const footer = { schema: 1, dictionaries: 2, batches: 3 };
const schema = { fields: 1, metadata: 2 };
const field = { name: 0, dictionary: 4, children: 5, metadata: 6 };
const batch = { nodes: 1, buffers: 2 };
const dictionary = { data: 1 };

/** MetadataVersion.V5, which is the newest. */
const NEWEST = 4;
const MAGIC = "ARROW1";
/** Where the messages of a file begin. */
const FIRST = 8;
/** At the end of a file: the length of its footer, and the magic letters. */
const TRAILER = 10;
const BLOCK_BYTES = 24;
const NODE_BYTES = 16;
const BUFFER_BYTES = 16;
const OFFSET_BYTES = 4;
/** Columns within columns, and all of a schema. */
const MOST_DEPTH = 64;

class DamagedError extends Error {
  constructor(what: string) {
    super(`it is damaged: ${what}`);
  }
}

function fail(what: string): never {
  throw new DamagedError(what);
}

/** A table of a flatbuffer: which fields it has, and where they are. Places outside of the flatbuffer are errors of its DataView. */
class FlatTable {
  readonly #view: DataView;
  readonly #at: number;
  readonly #fields: number;
  readonly #size: number;

  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
    this.#fields = at - view.getInt32(at, true);
    this.#size = view.getInt16(this.#fields, true);
    if (this.#size < 4 || this.#fields + this.#size > view.byteLength) fail("a table of a message has fields beyond its end");
  }

  static root(view: DataView): FlatTable {
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** Where a field is; undefined where the table does not have it. */
  placeOf(number: number): number | undefined {
    const entry = 4 + 2 * number;
    const offset = entry < this.#size ? this.#view.getUint16(this.#fields + entry, true) : 0;
    return offset === 0 ? undefined : this.#at + offset;
  }

  byte(number: number): number {
    const at = this.placeOf(number);
    return at === undefined ? 0 : this.#view.getUint8(at);
  }

  short(number: number): number {
    const at = this.placeOf(number);
    return at === undefined ? 0 : this.#view.getInt16(at, true);
  }

  long(number: number): bigint {
    const at = this.placeOf(number);
    return at === undefined ? 0n : this.#view.getBigInt64(at, true);
  }

  table(number: number): FlatTable | undefined {
    const at = this.placeOf(number);
    return at === undefined ? undefined : new FlatTable(this.#view, at + this.#view.getUint32(at, true));
  }

  /** Items of a list, and where the first is; all of them are within the flatbuffer. */
  list(number: number, itemBytes: number): { count: number; first: number } {
    const at = this.placeOf(number);
    if (at === undefined) return { count: 0, first: 0 };
    const start = at + this.#view.getUint32(at, true);
    const count = this.#view.getUint32(start, true);
    if (start + 4 + count * itemBytes > this.#view.byteLength) fail(`a list of ${count} items is longer than what has it`);
    return { count, first: start + 4 };
  }

  tables(number: number): FlatTable[] {
    const { count, first } = this.list(number, OFFSET_BYTES);
    return Array.from({ length: count }, (_, i) => {
      const at = first + i * OFFSET_BYTES;
      return new FlatTable(this.#view, at + this.#view.getUint32(at, true));
    });
  }
}

/** Looks at all that readers of Arrow IPC follow, in a file or a stream. Throws where it leads elsewhere than into the bytes. */
export function checkIPC(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (hasMagic(bytes, 0)) checkFile(bytes, view);
    else checkMessages(view, 0, view.byteLength);
  } catch (error) {
    if (error instanceof DamagedError) throw error;
    if (error instanceof RangeError) fail("what it says leads beyond its end");
    throw error;
  }
}

function hasMagic(bytes: Uint8Array, at: number): boolean {
  return Array.from(MAGIC).every((letter, i) => bytes[at + i] === letter.charCodeAt(0));
}

function checkFile(bytes: Uint8Array, view: DataView): void {
  const end = bytes.length - TRAILER;
  if (end < FIRST || !hasMagic(bytes, bytes.length - MAGIC.length)) fail("it does not end as a file of Arrow does; it may have been cut");
  const length = view.getInt32(end, true);
  if (length <= 0 || length > end - FIRST) fail(`its footer would have ${length} bytes`);
  checkMessages(view, FIRST, end - length);
  const within = part(view, end - length, length);
  const root = FlatTable.root(within);
  checkSchema(root.table(footer.schema) ?? fail("its footer has no schema"), { left: length / OFFSET_BYTES });
  for (const [number, type] of [
    [footer.dictionaries, DICTIONARY],
    [footer.batches, BATCH],
  ]) {
    const { count, first } = root.list(number, BLOCK_BYTES);
    for (let i = 0; i < count; i++) {
      const at = first + i * BLOCK_BYTES;
      const [offset, bodyBytes] = [Number(within.getBigInt64(at, true)), Number(within.getBigInt64(at + 16, true))];
      const messageBytes = within.getInt32(at + 8, true);
      if (offset < FIRST || messageBytes < 8 || bodyBytes < 0 || offset + messageBytes + bodyBytes > end)
        fail(`batch ${i} is not within it`);
      const found = messageAt(view, offset);
      if (found === undefined || found.type !== type) fail(`there is no batch where batch ${i} is to be`);
      if (found.end > end) fail(`batch ${i} is not within it`);
    }
  }
}

/** Messages one after the other. */
function checkMessages(view: DataView, from: number, end: number): void {
  for (let at = from; at < end; ) {
    const found = messageAt(view, at);
    if (found === undefined) return;
    at = found.end;
  }
}

/** The message at a place, which has been looked at; undefined at the end of a stream. */
function messageAt(view: DataView, at: number): { type: number; end: number } | undefined {
  // Before version 0.15 of the format nothing stood in front of the length.
  const prefix = view.getInt32(at, true) === -1 ? 8 : 4;
  const length = view.getInt32(at + prefix - 4, true);
  if (length === 0) return undefined;
  if (length < 0) fail(`a message would have ${length} bytes`);
  const root = FlatTable.root(part(view, at + prefix, length));
  const version = root.short(message.version);
  if (version < 0 || version > NEWEST) fail(`a message is of the unknown version ${version} of the format`);
  const type = root.byte(message.type);
  const bodyBytes = Number(root.long(message.bodyLength));
  const end = at + prefix + length + bodyBytes;
  if (bodyBytes < 0 || end > view.byteLength) fail(`the body of a message would have ${bodyBytes} bytes`);
  const header = root.table(message.header) ?? fail("a message has no header");
  if (type === SCHEMA) checkSchema(header, { left: length / OFFSET_BYTES });
  else if (type === BATCH) checkBatch(header, view, { at: at + prefix, bodyBytes });
  else if (type === DICTIONARY) {
    checkBatch(header.table(dictionary.data) ?? fail("a dictionary has no data"), view, { at: at + prefix, bodyBytes });
  } else fail(`there is a message of the unknown kind ${type}`);
  return { type, end };
}

/** `left` is how many columns there may still be: one that has itself among its own would have no end. */
function checkSchema(root: FlatTable, limit: { left: number }): void {
  root.tables(schema.metadata);
  const walk = (fields: readonly FlatTable[], depth: number) => {
    limit.left -= fields.length;
    if (limit.left < 0 || depth > MOST_DEPTH) fail("its schema has more columns than its bytes can say");
    for (const each of fields) {
      each.list(field.name, 1);
      each.tables(field.metadata);
      walk(each.tables(field.children), depth + 1);
    }
  };
  walk(root.tables(schema.fields), 1);
}

function checkBatch(root: FlatTable, view: DataView, { at, bodyBytes }: { at: number; bodyBytes: number }): void {
  root.list(batch.nodes, NODE_BYTES);
  const { count, first } = root.list(batch.buffers, BUFFER_BYTES);
  for (let i = 0; i < count; i++) {
    const place = at + first + i * BUFFER_BYTES;
    const [offset, bytes] = [Number(view.getBigInt64(place, true)), Number(view.getBigInt64(place + 8, true))];
    if (offset < 0 || bytes < 0 || offset + bytes > bodyBytes) fail(`buffer ${i} of a batch is not within its body`);
  }
}

function part(view: DataView, from: number, length: number): DataView {
  return new DataView(view.buffer, view.byteOffset + from, length);
}
