import { sized, text, type, unsigned, vector } from "./bytes.ts";
import { type Library, library, neededBodies } from "./library.ts";

/** A function of a model's module, all of whose arguments are i32. */
export interface ExportedFunction {
  name: string;
  args: number;
  body: number[];
}

const section = { type: 1, import: 2, function: 3, export: 7, code: 10 };
const FUNCTION = 0;

/** The bytes of a module: functions of the library, of which those not in `used` are left empty, then the model's own. */
export function assemble(functions: readonly ExportedFunction[], used: ReadonlySet<string>): Uint8Array<ArrayBuffer> {
  const { types, imports, typeOf, bodies }: Library = library();
  const ownTypes = functions.map(({ args }) => [type.func, ...unsigned(args), ...Array.from({ length: args }, () => type.i32), 0]);
  const typeIndices = [...typeOf.map(unsigned), ...functions.map((_, i) => unsigned(types.length + i))];
  const exported = functions.map(({ name }, i) => [...text(name), FUNCTION, ...unsigned(bodies.length + i)]);
  const part = (id: number, bytes: readonly number[]) => [id, ...sized(bytes)];
  return new Uint8Array([
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...part(section.type, vector([...types, ...ownTypes])),
    ...part(section.import, [...imports]),
    ...part(section.function, vector(typeIndices)),
    ...part(section.export, vector(exported)),
    ...part(section.code, vector([...neededBodies(library(), used), ...functions.map(({ body }) => body)])),
  ]);
}
