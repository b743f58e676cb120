/** What the numbers of traces are kept as; states are computed as they are, whichever it is. */
export const traceTypes = ["float64", "float32"] as const;
export type TraceType = (typeof traceTypes)[number];

/** Numbers as traces have them. */
export type Samples = Float64Array | Float32Array;

/** Bytes of a number of a trace. */
export function sampleBytes(type: TraceType): number {
  return type === "float32" ? Float32Array.BYTES_PER_ELEMENT : Float64Array.BYTES_PER_ELEMENT;
}

/** Room for so many numbers of traces, all 0. */
export function newSamples(type: TraceType, length: number): Samples {
  return type === "float32" ? new Float32Array(length) : new Float64Array(length);
}

/** Whether a value is what traces are kept as. */
export function areSamples(value: unknown): value is Samples {
  return value instanceof Float64Array || value instanceof Float32Array;
}
