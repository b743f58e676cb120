// The spectrum beside plain sums: circle, transform, Welch's estimate as SciPy defines it, and signals whose spectrum is known.
import { describe, expect, test } from "vitest";
import { cosine, factorsOf, RealFft, sine } from "../../src/reduce/fft.ts";
import { type Exact, exact } from "../support/high-precision.ts";
import { feature, number, samples } from "../support/windows.ts";

const sizes = [8, 16, 32, 64, 128, 256, 4096];

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647 - 0.5;
  };
}

/** Power spectral density by plain sums, as scipy.signal.welch(x, 1 / spacing, "hann", size, overlap, detrend="constant") defines it. */
function plainWelch(x: Float64Array, spacing: number, size: number, overlap: number): number[] {
  const hann = samples(size, (i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
  const energy = hann.reduce((sum, w) => sum + w * w, 0);
  const density = new Array<number>(size / 2 + 1).fill(0);
  let segments = 0;
  for (let start = 0; start + size <= x.length; start += size - overlap, segments++) {
    const segment = x.subarray(start, start + size);
    const mean = segment.reduce((sum, value) => sum + value, 0) / size;
    for (let k = 0; k <= size / 2; k++) {
      let re = 0;
      let im = 0;
      segment.forEach((value, i) => {
        const angle = (2 * Math.PI * ((k * i) % size)) / size;
        re += hann[i] * (value - mean) * Math.cos(angle);
        im -= hann[i] * (value - mean) * Math.sin(angle);
      });
      density[k] += (re * re + im * im) * (spacing / energy) * (k === 0 || k === size / 2 ? 1 : 2);
    }
  }
  return density.map((sum) => sum / segments);
}

/** 2 pi k / n as a double, and what that lacks: 2 pi is its double in two parts whose products with k are exact, and a rest. */
function angleOf(k: number, n: number): { angle: number; rest: number } {
  const high = Math.fround(2 * Math.PI);
  const low = 2 * Math.PI - high;
  const angle = 2 * Math.PI * k;
  return { angle: angle / n, rest: (high * k - angle + low * k + 2.4492935982947064e-16 * k) / n };
}

function toNumber({ value, bits }: Exact): number {
  return Number(value) / 2 ** bits;
}

describe("reduce spectrum: circle", () => {
  test.each(sizes)("sine and cosine of k/%i of a turn: error below 2.5e-16; the symmetries are exact", (n) => {
    for (let k = 0; k < n; k++) {
      const { angle, rest } = angleOf(k, n);
      const s = toNumber(exact.sin(angle));
      const c = toNumber(exact.cos(angle));
      expect(Math.abs(sine(k, n) - (s + rest * c))).toBeLessThan(2.5e-16);
      expect(Math.abs(cosine(k, n) - (c - rest * s))).toBeLessThan(2.5e-16);
      expect(cosine(n - k, n)).toBe(cosine(k, n));
    }
    expect([cosine(0, n), cosine(n / 2, n), cosine(n / 4, n) + 0, sine(n / 4, n), sine(n / 2, n) + 0]).toEqual([1, -1, 0, 1, 0]);
  });
});

describe("reduce spectrum: transform", () => {
  test.each(sizes)("of %i samples: |X|^2 is that of the plain sum, to 1e-14 of the energy, and Parseval's sum to 1e-14", (size) => {
    const random = generator(size);
    const x = samples(size, random);
    const power = new Float64Array(size / 2 + 1);
    new RealFft(size).addPower(x, power);
    const energy = size * x.reduce((sum, value) => sum + value * value, 0);
    for (let k = 0; k <= size / 2; k += Math.max(1, size / 128)) {
      const re = x.reduce((sum, value, i) => sum + value * Math.cos((2 * Math.PI * ((k * i) % size)) / size), 0);
      const im = x.reduce((sum, value, i) => sum + value * Math.sin((2 * Math.PI * ((k * i) % size)) / size), 0);
      expect(Math.abs(power[k] - re * re - im * im)).toBeLessThan(1e-14 * energy);
    }
    const total = power.reduce((sum, value, k) => sum + value * (k === 0 || k === size / 2 ? 1 : 2), 0);
    expect(Math.abs(total / energy - 1)).toBeLessThan(1e-14);
  });
});

describe("reduce spectrum: peakPower", () => {
  const random = generator(7);
  const noise = samples(300, (i) => random() + Math.sin(i / 3) + 100);

  test.each([
    [16, 0.5, 0.01],
    [64, 0.5, 1e-3],
    [64, 0, 2],
    [64, 0.75, 1],
    [32, 0.99, 1],
    [256, 0.5, 1],
    [8, 0.3, 1],
  ])("is the largest density above 0 of SciPy's definition: window %i, overlap %d, spacing %d", (window, overlap, spacing) => {
    const plain = plainWelch(noise, spacing, window, Math.floor(window * overlap));
    const largest = Math.max(...plain.slice(1));
    const found = number("peakPower", noise, { spacing, settings: { window, overlap } });
    expect(Math.abs(found / largest - 1)).toBeLessThan(1e-12);
    const bin = plain.lastIndexOf(largest) / (window * spacing);
    expect(Math.abs(number("peakFrequency", noise, { spacing, settings: { window, overlap } }) - bin)).toBeLessThanOrEqual(
      0.5 / (window * spacing),
    );
  });

  /** Window, overlap and spacing; the frequency and density of the highest peak that scipy.signal.welch of SciPy 1.17.1 finds. */
  const scipy = [
    [16, 0.5, 0.01, 6.25, 0.04381559185752285],
    [64, 0.5, 0.001, 46.875, 0.0166234072997212],
    [64, 0, 2, 0.0234375, 32.08627237305818],
    [64, 0.75, 1, 0.046875, 16.64910722116728],
    [32, 0.9, 1, 0.0625, 9.119326111343602],
    [256, 0.5, 1, 0.0546875, 62.25064562828583],
    [8, 0.25, 1, 0.125, 0.7712595695250191],
  ];
  test.each(scipy)("is what SciPy finds: window %i, overlap %d, spacing %d", (window, overlap, spacing, frequency, density) => {
    const x = samples(300, (i) => 100 + Math.sin(i / 3) + 0.5 * Math.cos((i * i) / 50));
    const found = number("peakPower", x, { spacing, settings: { window, overlap } });
    expect(Math.abs(found / density - 1)).toBeLessThan(1e-12);
    const refined = number("peakFrequency", x, { spacing, settings: { window, overlap } });
    expect(Math.abs(refined - frequency) * window * spacing).toBeLessThanOrEqual(0.5);
  });

  test("adds up to the variance: a sine of amplitude A in the middle of a bin has A^2/2 over 1.5 bins", () => {
    const x = samples(4096, (i) => 3 * Math.sin((2 * Math.PI * 100 * i) / 4096));
    expect(number("peakPower", x, { spacing: 1e-3 }) * ((1.5 * 1000) / 4096)).toBeCloseTo(4.5, 10);
  });

  test("the highest frequency is not counted twice", () => {
    const x = samples(64, (i) => (i % 2 === 0 ? 1 : -1));
    expect(number("peakFrequency", x, { settings: { window: 64 } })).toBe(0.5);
    expect(number("peakPower", x, { settings: { window: 64 } })).toBeCloseTo(Math.max(...plainWelch(x, 1, 64, 32)), 10);
  });
});

describe("reduce spectrum: peakFrequency", () => {
  const tone = (f: number, n = 10_000) => samples(n, (i) => Math.sin(2 * Math.PI * f * i * 1e-3 + 1));

  test("of a sine is its frequency to 1e-4 of a bin, wherever between two bins it lies", () => {
    for (let f = 20; f < 21; f += 0.0217) {
      expect(Math.abs(number("peakFrequency", tone(f), { spacing: 1e-3 }) - f)).toBeLessThan((1e-4 * 1000) / 4096);
    }
  });

  test("of two sines is that of the stronger", () => {
    const [slow, fast] = [tone(10), tone(40)];
    const both = slow.map((x, i) => x + 0.9 * fast[i]);
    expect(Math.abs(number("peakFrequency", both, { spacing: 1e-3 }) - 10)).toBeLessThan(1e-3);
    const other = slow.map((x, i) => x + 1.1 * fast[i]);
    expect(Math.abs(number("peakFrequency", other, { spacing: 1e-3 }) - 40)).toBeLessThan(1e-3);
  });

  test("is not moved by an offset of 1e8, nor by a factor", () => {
    const plain = number("peakFrequency", tone(12.3), { spacing: 1e-3 });
    expect(
      Math.abs(
        number(
          "peakFrequency",
          tone(12.3).map((x) => x + 1e8),
          { spacing: 1e-3 },
        ) /
          plain -
          1,
      ),
    ).toBeLessThan(1e-9);
    expect(
      number(
        "peakFrequency",
        tone(12.3).map((x) => x * 2 ** -60),
        { spacing: 1e-3 },
      ),
    ).toBe(plain);
  });

  test("is NaN where nothing but rounding errors varies, and the power of a constant is 0", () => {
    const constant = new Float64Array(5000).fill(0.1);
    expect([feature("peakFrequency", constant), feature("peakPower", constant)]).toEqual([Number.NaN, 0]);
    expect(feature("peakFrequency", new Float64Array(5000))).toBeNaN();
    expect(
      feature(
        "peakFrequency",
        samples(5000, (i) => 0.1 + (i % 3) * 2 ** -56),
      ),
    ).toBeNaN();
    expect(
      feature(
        "peakFrequency",
        samples(5000, (i) => 0.1 + Math.sin(i) * 1e-12),
      ),
    ).toBeCloseTo(1 / (2 * Math.PI), 3);
  });

  test("is NaN of what only decays or drifts, to its last digit; of what turns back it is where the density is largest", () => {
    const frequency = (f: (t: number) => number) =>
      feature(
        "peakFrequency",
        samples(5000, (i) => f(1e-3 * i)),
        { spacing: 1e-3 },
      );
    const decays = [1, 5, 50, 500].flatMap((rate) => [
      (t: number) => Math.exp(-rate * t),
      (t: number) => 0.1 - Math.exp(-rate * t),
      (t: number) => 1 + 2 * Math.exp(-rate * t) + Math.exp(-2 * rate * t),
    ]);
    for (const decay of [...decays, (t: number) => t, (t: number) => -(t ** 3)]) expect(frequency(decay)).toBeNaN();
    // A spiral that dies out rings at its frequency, and a decay may have a rhythm on it.
    expect(frequency((t) => Math.exp(-2 * t) * Math.sin(2 * Math.PI * 12 * t))).toBeCloseTo(12, 1);
    expect(frequency((t) => Math.exp(-t) + 0.3 * Math.sin(2 * Math.PI * 12 * t))).toBeCloseTo(12, 1);
  });

  test("the window is 4096 samples, or the largest power of two that fits; what is left over is not used", () => {
    const x = tone(50, 5000);
    expect(feature("peakPower", x)).toBe(feature("peakPower", x, { settings: { window: 4096 } }));
    expect(feature("peakPower", x.slice(0, 4095))).toBe(feature("peakPower", x.slice(0, 4095), { settings: { window: 2048 } }));
    expect(feature("peakPower", x)).toBe(feature("peakPower", x.slice(0, 4096)));
  });
});

test("spectrum: the factors of a length are made once, and those of a very long one are not kept", () => {
  expect(factorsOf(4096)).toBe(factorsOf(4096));
  expect(factorsOf(32768)).not.toBe(factorsOf(32768));
  const { hann, cos } = factorsOf(64);
  expect(Array.from(hann)).toEqual(Array.from({ length: 64 }, (_, i) => 0.5 - 0.5 * cosine(i, 64)));
  expect(Array.from(cos)).toEqual(Array.from({ length: 32 }, (_, i) => cosine(i, 64)));
});
