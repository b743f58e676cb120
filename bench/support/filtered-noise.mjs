// Noise without a rhythm: white noise through real poles, whose spectrum falls or rises monotonically or has one broad hump.

/** Uniform and normal numbers of a seed (a 32-bit counter, mixed; Box and Muller). */
export function numbersOf(seed) {
  let state = seed | 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

/** The coefficient of a real pole whose time constant is `tau` samples. */
const pole = (tau) => Math.exp(-1 / tau);

/** White noise through filters x[i] = p x[i - 1] + input, one after the other, once these have forgotten their start. */
function filtered(samples, { normal }, poles) {
  const slowest = Math.max(...poles.map(Math.abs));
  const states = new Float64Array(poles.length);
  const trace = new Float64Array(samples);
  for (let i = -Math.ceil((10 * poles.length) / (1 - slowest)); i < samples; i++) {
    let value = normal();
    for (let j = 0; j < poles.length; j++) value = states[j] = poles[j] * states[j] + value;
    if (i >= 0) trace[i] = value;
  }
  return trace;
}

/** The differences from sample to sample: a zero at frequency 0, s/((s + a)(s + b)). */
function differences(samples, numbers, poles) {
  const trace = filtered(samples + 1, numbers, poles);
  return Float64Array.from({ length: samples }, (_, i) => trace[i + 1] - trace[i]);
}

const autoregressive = (coefficient) => (samples, numbers) => filtered(samples, numbers, [coefficient]);
const poles =
  (...taus) =>
  (samples, numbers) =>
    filtered(samples, numbers, taus.map(pole));
const band =
  (...taus) =>
  (samples, numbers) =>
    differences(samples, numbers, taus.map(pole));
/** A time constant from 1 sample to a thirtieth of the trace, evenly in its logarithm. */
const anyTau = (samples, { uniform }) => (samples / 30) ** uniform();

/** Kinds of noise without a rhythm: a trace of `samples` samples. */
export const kinds = {
  "AR(1), -0.99": autoregressive(-0.99),
  "AR(1), -0.9": autoregressive(-0.9),
  "AR(1), -0.5": autoregressive(-0.5),
  "white noise": autoregressive(0),
  "AR(1), 0.5": autoregressive(0.5),
  "AR(1), 0.9": autoregressive(0.9),
  "AR(1), 0.99": autoregressive(0.99),
  "2 poles, 10": poles(10, 10),
  "3 poles, 10": poles(10, 10, 10),
  "4 poles, 3": poles(3, 3, 3, 3),
  "4 poles, 10": poles(10, 10, 10, 10),
  "poles 1 and 100": poles(1, 100),
  "poles 1, 5, 25 and 125": poles(1, 5, 25, 125),
  "band-pass, 3 and 3": band(3, 3),
  "band-pass, 10 and 10": band(10, 10),
  "band-pass, 50 and 50": band(50, 50),
  "band-pass, 1 and 100": band(1, 100),
  "1 to 4 random poles": (samples, numbers) => {
    const order = 1 + Math.floor(4 * numbers.uniform());
    return poles(...Array.from({ length: order }, () => anyTau(samples, numbers)))(samples, numbers);
  },
  "random band-pass": (samples, numbers) => band(anyTau(samples, numbers), anyTau(samples, numbers))(samples, numbers),
};

/** A train of pulses at random times, `mean` samples apart on average: of a Poisson process, or more regular from `shape` 2 on; and small noise. */
export function spikeTrain(samples, { uniform, normal }, { mean, shape }) {
  const trace = Float64Array.from({ length: samples }, () => 0.02 * normal());
  for (let time = mean * uniform(); time < samples; ) {
    const height = 1 + 0.05 * normal();
    const start = Math.ceil(time);
    for (let i = start; i < Math.min(samples, start + 24); i++) trace[i] += height * Math.exp((time - i) / 3);
    let wait = 0;
    for (let s = 0; s < shape; s++) wait -= Math.log(1 - uniform());
    time += Math.max(6, (wait * mean) / shape);
  }
  return trace;
}
