import { functions as embedded } from "../core.generated.ts";
import { bytesOf } from "../wasm.ts";
import { checkLimit, op, Reader, sized, text, type, unsigned, vector } from "./bytes.ts";

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

/** Bodies with those of exported functions that are not used left empty; internal ones stay where any function is used. */
export function neededBodies({ bodies, exports }: Library, used: ReadonlySet<string>): number[][] {
  const names = new Map([...exports].map(([name, index]) => [index, name]));
  return bodies.map((body, index) => {
    const name = names.get(index);
    const needed = name === undefined ? used.size > 0 : used.has(name);
    const code = needed ? [...body] : [0, op.unreachable, op.end];
    return [...unsigned(code.length), ...code];
  });
}

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
  const part = (id: number, bytes: readonly number[]) => [id, ...sized(bytes)];
  const bytes = new Uint8Array([
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...part(section.type, vector([...types, ...ownTypes])),
    ...part(section.import, [...imports]),
    ...part(section.function, vector(typeIndices)),
    ...part(section.export, vector(exported)),
    ...part(section.code, vector([...neededBodies(library(), used), ...functions.map(({ body }) => body)])),
  ]);
  checkLimit("module", bytes.length, "bytes");
  return bytes;
}
