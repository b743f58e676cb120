// Structs that TypeScript and WebAssembly share. Their offsets are AssemblyScript's own (scripts/structs.mjs); no other file has one.

type Fields = Readonly<Record<string, { readonly at: number; readonly type: "i32" | "f64" }>>;

/** An @unmanaged class of assembly/: its size and the offset of each field, in bytes. */
interface Struct<F extends Fields> {
  readonly size: number;
  readonly fields: F;
}

/**
 * Writes a struct at an address. `values` has every field of the struct and no other: anything else is a type error, so that a
 * field which is added, renamed or removed in assembly/ does not compile until its writer follows.
 */
export function writeStruct<F extends Fields, V extends { readonly [Field in keyof F]: number }>(
  view: DataView,
  address: number,
  { fields }: Struct<F>,
  values: V & { readonly [Unknown in Exclude<keyof V, keyof F>]: never },
): void {
  for (const field in fields) {
    const { at, type } = fields[field];
    if (type === "i32") view.setInt32(address + at, values[field], true);
    else view.setFloat64(address + at, values[field], true);
  }
}

/** Writes one field of a struct at an address. */
export function writeField<F extends Fields>(view: DataView, address: number, { fields }: Struct<F>, field: keyof F, value: number): void {
  const { at, type } = fields[field];
  if (type === "i32") view.setInt32(address + at, value, true);
  else view.setFloat64(address + at, value, true);
}

/** Reads one field of a struct at an address. */
export function readField<F extends Fields>(view: DataView, address: number, { fields }: Struct<F>, field: keyof F): number {
  const { at, type } = fields[field];
  return type === "i32" ? view.getInt32(address + at, true) : view.getFloat64(address + at, true);
}
