import { refusal } from "../../errors.ts";

/** Opcodes of WebAssembly that have immediates or structure; those of others stand in code.ts. */
export const op = {
  unreachable: 0x00,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  brIf: 0x0d,
  call: 0x10,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i32Const: 0x41,
  f64Const: 0x44,
  simd: 0xfd,
} as const;

export const type = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b, func: 0x60, empty: 0x40 } as const;

/** Bytes of a module, bytes of a function's body, and its locals: limits of all engines, by the WebAssembly JavaScript Interface, section 9.2. */
const limits = { module: 1_073_741_824, body: 7_654_321, locals: 50_000 };

/** Refuses what no engine compiles: a model is told to be too large before it is tried. Throws E_EXPANSION_LIMIT. */
export function checkLimit(limit: keyof typeof limits, count: number, what: string): void {
  if (count <= limits[limit]) return;
  const message = `the equations compile to ${count} ${what}; WebAssembly allows at most ${limits[limit]}: take a smaller model`;
  throw refusal("E_EXPANSION_LIMIT", message);
}

/** An unsigned number in LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

/** A signed 32-bit number in LEB128. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    const done = (rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0);
    bytes.push(done ? low : low | 128);
    if (done) return bytes;
  }
}

/** A list with its length before it. */
export function vector(items: readonly (readonly number[] | Uint8Array)[]): number[] {
  const bytes = unsigned(items.length);
  for (const item of items) for (const byte of item) bytes.push(byte);
  return bytes;
}

/** Bytes with their number before them. */
export function sized(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

/** A name in UTF-8. */
export function text(name: string): number[] {
  return sized([...new TextEncoder().encode(name)]);
}

/** Reads numbers from bytes one after the other. */
export class Reader {
  at = 0;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  byte(): number {
    return this.bytes[this.at++];
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  take(length: number): Uint8Array {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}
