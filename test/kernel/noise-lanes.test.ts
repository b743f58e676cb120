// Samples of many streams side by side, as kernels draw them: against the generator as its paper writes it, and the quantile as its own.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import * as structs from "../../src/kernel/structs.generated.ts";
import { writeStruct } from "../../src/kernel/structs.ts";
import { plainPhilox } from "../support/philox.ts";

const memory = new WebAssembly.Memory({ initial: 32 });
let exports: WebAssembly.Exports;
const [SOURCE, STREAMS, SCRATCH, OUT] = [64, 1024, 4096, 65536];

beforeAll(() => {
  const bytes = readFileSync(new URL("../../build/noise.wasm", import.meta.url));
  ({ exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }));
});

interface Source {
  normal: 0 | 1;
  key: [number, number];
  level: number;
  variable: number;
  offset: number;
  scale: number;
}

const source: Source = { normal: 0, key: [0x9d2c5680, 0xefc60000], level: 3, variable: 0xdeadbeef, offset: -1.5, scale: 7.25 };

function call(name: string, ...numbers: number[]): void {
  const exported = exports[name];
  if (typeof exported !== "function") throw new Error(`noise.wasm does not export ${name}`);
  exported(...numbers);
}

/** Rows of samples 2 block, 2 block + 1, ... of the streams; `count` is even. */
function laneSamples({ key: [key0, key1], ...rest }: Source, streams: number[], block: number, count: number): Float64Array {
  const view = new DataView(memory.buffer);
  writeStruct(view, SOURCE, structs.NoiseSource, { ...rest, key0, key1, stream: 0, streams: STREAMS });
  for (const [lane, stream] of streams.entries()) view.setInt32(STREAMS + 4 * lane, stream, true);
  call("laneSamples", SOURCE, SCRATCH, block, count, OUT, streams.length);
  return new Float64Array(memory.buffer, OUT, streams.length * count).slice();
}

const streamsOf = (lanes: number) => Array.from({ length: lanes }, (_, lane) => (lane * 2654435761 + 17) | 0);

/** Wichura's algorithm AS 241 as its paper writes it, of p = 1/2 + q. */
function plainQuantile(q: number): number {
  const ratio = (x: number, above: number[], below: number[]) =>
    above.reduceRight((sum, a) => sum * x + a) / below.reduceRight((sum, b) => sum * x + b);
  if (Math.abs(q) <= 0.425) return q * ratio(0.180625 - q * q, middle.above, middle.below);
  const root = Math.sqrt(-Math.log(0.5 - Math.abs(q)));
  const x = root <= 5 ? ratio(root - 1.6, near.above, near.below) : ratio(root - 5, far.above, far.below);
  return q < 0 ? -x : x;
}

const middle = {
  above: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813,
    2509.0809287301227,
  ],
  below: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
    5226.495278852854,
  ],
};
const near = {
  above: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
    0.022723844989269184, 0.0007745450142783414,
  ],
  below: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345,
    1.0507500716444169e-9,
  ],
};
const far = {
  above: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784,
    2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  below: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5, 1.421511758316446e-7,
    2.0442631033899397e-15,
  ],
};

describe("noise of many lanes", () => {
  test.each([2, 4, 6, 8, 10, 14, 16, 66])("uniform samples of %i lanes are those of the plain generator", (lanes) => {
    for (const [block, count] of [
      [0, 2],
      [5, 6],
      [0x7ffffff0, 20],
    ] as const) {
      const streams = streamsOf(lanes);
      const made = laneSamples(source, streams, block, count);
      const expected = Array.from({ length: count }, (_, j) =>
        streams.map((stream) => {
          const words = plainPhilox([block + (j >> 1), source.level, stream >>> 0, source.variable], source.key);
          const [low, high] = j & 1 ? [words[2], words[3]] : [words[0], words[1]];
          return source.offset + source.scale * ((high * 2 ** 21 + (low >>> 11)) / 2 ** 53);
        }),
      );
      expect([...made]).toEqual(expected.flat());
    }
  });

  test("nothing is written behind the last row", () => {
    new Float64Array(memory.buffer, OUT, 200).fill(-7);
    laneSamples({ ...source, normal: 1 }, streamsOf(6), 3, 4);
    expect([...new Float64Array(memory.buffer, OUT + 6 * 4 * 8, 64)]).toEqual(new Array(64).fill(-7));
  });

  test("normal samples keep the bits that they have had from the beginning", () => {
    const made = laneSamples({ ...source, normal: 1 }, streamsOf(64), 1000, 2000);
    expect(createHash("sha256").update(new Uint8Array(made.buffer)).digest("hex")).toBe(
      "053f186c555be6e5d103becded48302a1d245d2516cd500e58dd4a219664e5de",
    );
  });

  test.each([1, 2, 3])("quantiles are those of AS 241 to 4e-16 where %i of four numbers are in the tails", (tails) => {
    const q: number[] = [];
    for (let i = 0; i < 1000; i++) {
      const inTails = [
        0.4250000001,
        0.4999,
        -0.4999999999,
        0.5 - 2 ** -36,
        -0.5 + 2 ** -37,
        0.5 - 2 ** -53,
        -0.5 + 2 ** -50,
        -0.43 - i * 6e-5,
      ];
      for (let k = 0; k < 4; k++) q.push(k < tails ? inTails[(i + k) % inTails.length] : (i - 500) * 8e-4);
    }
    const values = new Float64Array(memory.buffer, OUT, q.length);
    values.set(q);
    call("quantiles", OUT, OUT + q.length * 8, SCRATCH, 3, 2);
    const worst = q.reduce((most, each, i) => Math.max(most, Math.abs(values[i] - (3 + 2 * plainQuantile(each))) / 20), 0);
    expect(worst).toBeLessThan(4e-16);
    expect(plainQuantile(0.475)).toBeCloseTo(1.959963984540054, 14);
  });
});
