import { functions as embedded } from "../core.generated.ts";
import { bytesOf } from "../wasm.ts";
import { checkLimit, op, Reader, text, type, unsigned } from "./bytes.ts";

/** The compiled functions of the core, as parts of a module: those of a model are put behind them, so that no call in them moves. */
export interface Library {
  types: Uint8Array[];
  imports: Uint8Array;
  /** Number of the type of each function. */
  typeOf: number[];
  bodies: Uint8Array[];
  /** Export name → number of the function. */
  exports: ReadonlyMap<string, number>;
}

/** Numbers of the sections of a module. */
const section = { type: 1, import: 2, function: 3, export: 7, code: 10 };

let parsed: Library | undefined;

/** The functions that models may call; read once. */
export function library(): Library {
  parsed ??= read(bytesOf(embedded));
  return parsed;
}

function read(bytes: Uint8Array): Library {
  const parts = new Map<number, Uint8Array>();
  const reader = new Reader(bytes);
  reader.at = 8;
  while (reader.at < bytes.length) {
    const id = reader.byte();
    parts.set(id, reader.take(reader.unsigned()));
  }
  const part = (id: number) => new Reader(parts.get(id) ?? new Uint8Array([0]));
  const functionTypes = part(section.function);
  const exported = part(section.export);
  const code = part(section.code);
  return {
    types: readTypes(part(section.type)),
    imports: parts.get(section.import) ?? new Uint8Array(),
    typeOf: Array.from({ length: functionTypes.unsigned() }, () => functionTypes.unsigned()),
    exports: new Map(Array.from({ length: exported.unsigned() }, () => readExport(exported))),
    bodies: Array.from({ length: code.unsigned() }, () => code.take(code.unsigned())),
  };
}

function readTypes(reader: Reader): Uint8Array[] {
  return Array.from({ length: reader.unsigned() }, () => {
    const start = reader.at;
    reader.byte();
    reader.take(reader.unsigned());
    reader.take(reader.unsigned());
    return reader.bytes.subarray(start, reader.at);
  });
}

function readExport(reader: Reader): [string, number] {
  const name = new TextDecoder().decode(reader.take(reader.unsigned()));
  reader.byte();
  return [name, reader.unsigned()];
}

/** Bodies, each with its length before it; those of exported functions that are not used are left empty, internal ones stay where any function is used. */
function neededBodies({ bodies, exports }: Library, used: ReadonlySet<string>): Bytes[] {
  const names = new Map([...exports].map(([name, index]) => [index, name]));
  return bodies.flatMap((body, index) => {
    const name = names.get(index);
    const needed = name === undefined ? used.size > 0 : used.has(name);
    return needed ? [unsigned(body.length), body] : [EMPTY_BODY];
  });
}

type Bytes = readonly number[] | Uint8Array;
const EMPTY_BODY = [3, 0, op.unreachable, op.end];

/** A function of a model's module, all of whose arguments are i32. */
export interface ExportedFunction {
  name: string;
  args: number;
  body: number[];
}

const FUNCTION = 0;

/** The bytes of a module: functions of the library, of which those not in `used` are left empty, then the model's own. */
export function assemble(functions: readonly ExportedFunction[], used: ReadonlySet<string>): Uint8Array<ArrayBuffer> {
  const { types, imports, typeOf, bodies } = library();
  const ownTypes = functions.map(({ args }) => [type.func, ...unsigned(args), ...Array.from({ length: args }, () => type.i32), 0]);
  const typeIndices = [...typeOf.map(unsigned), ...functions.map((_, i) => unsigned(types.length + i))];
  const exported = functions.map(({ name }, i) => [...text(name), FUNCTION, ...unsigned(bodies.length + i)]);
  const part = (id: number, contents: readonly Bytes[]) => [[id], unsigned(lengthOf(contents)), ...contents];
  const list = (items: readonly Bytes[]) => [unsigned(items.length), ...items];
  const parts = [
    [0, 97, 115, 109, 1, 0, 0, 0],
    ...part(section.type, list([...types, ...ownTypes])),
    ...part(section.import, [imports]),
    ...part(section.function, list(typeIndices)),
    ...part(section.export, list(exported)),
    ...part(section.code, [
      unsigned(bodies.length + functions.length),
      ...neededBodies(library(), used),
      ...functions.map(({ body }) => body),
    ]),
  ];
  const bytes = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const each of parts) {
    bytes.set(each, at);
    at += each.length;
  }
  checkLimit("module", bytes.length, "bytes");
  return bytes;
}

function lengthOf(parts: readonly Bytes[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
