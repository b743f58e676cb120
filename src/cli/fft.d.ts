declare module "fft.js" {
  /** Radix-4 FFT of a fixed size, a power of two; complex arrays hold real and imaginary parts in turn. */
  export default class FFT {
    constructor(size: number);
    createComplexArray(): number[];
    /** Fills `output` up to half the size with the transform of `size` real numbers. */
    realTransform(output: number[], input: ArrayLike<number>): void;
  }
}
