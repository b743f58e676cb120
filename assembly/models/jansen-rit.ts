// The Jansen-Rit model in its three-population form with all synapses in one operator (JRC2), written by hand.
// Jansen & Rit 1995, Biol. Cybern. 73:357; Spiegler et al. 2010, NeuroImage 52:1041.
//
//   m      = m_max S(r (V_e - V_i - V_thr))                     S(x) = 1 / (1 + exp(-x))
//   V_ein' = X_ein    X_ein' = h_e c / tau_e m                    - 1/tau_e^2 V_ein - 2/tau_e X_ein
//   V_iin' = X_iin    X_iin' = h_e (c / ei_ratio) / tau_e m       - 1/tau_e^2 V_iin - 2/tau_e X_iin
//   V_e'   = X_e      X_e'   = h_e / tau_e (0.8 c m_max S(r (V_ein - V_thr)) + c / io_ratio m_in + u)
//                              - 1/tau_e^2 V_e - 2/tau_e X_e
//   V_i'   = X_i      X_i'   = h_i c / (ei_ratio tau_i) m_max S(r (V_iin - V_thr)) - 1/tau_i^2 V_i - 2/tau_i X_i
//
// The order of operations above is the order below: the template twin must give the same bits.
import { add, both, div, mul, PAIR, sub } from "../math/lanes";
import { sigmoid, sigmoids } from "../math/sigmoid";

// Rows of y, in the order of src/models/jansen-rit.ts:   V_ein X_ein V_iin X_iin V_e X_e V_i X_i
// Rows of p:   h_e tau_e h_i tau_i m_max r V_thr c ei_ratio io_ratio | u m_in | what derive() adds, below
//   drive_ein = h_e c / tau_e            drive_iin = h_e (c / ei_ratio) / tau_e
//   stiff_e = 1 / tau_e^2                damp_e = 2 / tau_e
//   gain_e = h_e / tau_e                 peak = 0.8 c m_max           inward = c / io_ratio
//   drive_i = h_i c / (ei_ratio tau_i) m_max
//   stiff_i = 1 / tau_i^2                damp_i = 2 / tau_i

/** Row number `i` of n lanes from `base`. */
// @ts-ignore: decorator
@inline
function at(base: usize, i: i32, n: i32): usize {
  return base + (<usize>(i * n) << 3);
}

/** Writes the rows that depend on parameters alone; to be called once when a block's parameters are loaded. */
export function derive(p: usize, n: i32): void {
  for (const end = p + (<usize>n << 3); p < end; p += PAIR) {
    const h_e = v128.load(at(p, 0, n));
    const tau_e = v128.load(at(p, 1, n));
    const h_i = v128.load(at(p, 2, n));
    const tau_i = v128.load(at(p, 3, n));
    const m_max = v128.load(at(p, 4, n));
    const c = v128.load(at(p, 7, n));
    const ei_ratio = v128.load(at(p, 8, n));
    const io_ratio = v128.load(at(p, 9, n));
    const one = both(1.0);
    const two = both(2.0);
    v128.store(at(p, 12, n), div(mul(h_e, c), tau_e));
    v128.store(at(p, 13, n), div(mul(h_e, div(c, ei_ratio)), tau_e));
    v128.store(at(p, 14, n), div(one, mul(tau_e, tau_e)));
    v128.store(at(p, 15, n), div(two, tau_e));
    v128.store(at(p, 16, n), div(h_e, tau_e));
    v128.store(at(p, 17, n), mul(mul(both(0.8), c), m_max));
    v128.store(at(p, 18, n), div(c, io_ratio));
    v128.store(at(p, 19, n), mul(div(mul(h_i, c), mul(ei_ratio, tau_i)), m_max));
    v128.store(at(p, 20, n), div(one, mul(tau_i, tau_i)));
    v128.store(at(p, 21, n), div(two, tau_i));
  }
}

/** r (V - V_thr), what the sigmoid of a population takes; `V` is its mean membrane potential. */
// @ts-ignore: decorator
@inline
function overThreshold(V: v128, p: usize, n: i32): v128 {
  return mul(v128.load(at(p, 5, n)), sub(V, v128.load(at(p, 6, n))));
}

/** The potential of the pyramidal cells, V_e - V_i. */
// @ts-ignore: decorator
@inline
function pyramidal(y: usize, n: i32): v128 {
  return sub(v128.load(at(y, 4, n)), v128.load(at(y, 6, n)));
}

/** Rows 0, 1, 2 of dy = S of the pyramidal cells, of the excitatory and of the inhibitory interneurons. */
// @ts-ignore: decorator
@inline
function firing(y: usize, dy: usize, p: usize, n: i32): void {
  const first = dy;
  const end = at(y, 1, n);
  do {
    v128.store(dy, overThreshold(pyramidal(y, n), p, n));
    v128.store(at(dy, 1, n), overThreshold(v128.load(y), p, n));
    v128.store(at(dy, 2, n), overThreshold(v128.load(at(y, 2, n)), p, n));
    y += PAIR;
    dy += PAIR;
    p += PAIR;
  } while (y < end);
  sigmoids(first, <usize>(3 * n) << 3);
}

/** The second-order synapse in rows i, i + 1: stores V' = X and X' = force - stiff V - damp X. */
// @ts-ignore: decorator
@inline
function synapse(y: usize, dy: usize, i: i32, n: i32, force: v128, stiff: v128, damp: v128): void {
  const x = v128.load(at(y, i + 1, n));
  v128.store(at(dy, i, n), x);
  v128.store(at(dy, i + 1, n), sub(sub(force, mul(stiff, v128.load(at(y, i, n)))), mul(damp, x)));
}

export function rhs(t: usize, y: usize, dy: usize, p: usize, n: i32): void {
  firing(y, dy, p, n);
  const end = at(y, 1, n);
  do {
    const m = mul(v128.load(at(p, 4, n)), v128.load(dy));
    const excited = mul(v128.load(at(p, 17, n)), v128.load(at(dy, 1, n)));
    const inhibited = mul(v128.load(at(p, 19, n)), v128.load(at(dy, 2, n)));
    const afferent = mul(v128.load(at(p, 18, n)), v128.load(at(p, 11, n)));
    const current = add(add(excited, afferent), v128.load(at(p, 10, n)));
    const stiff = v128.load(at(p, 14, n));
    const damp = v128.load(at(p, 15, n));
    synapse(y, dy, 0, n, mul(v128.load(at(p, 12, n)), m), stiff, damp);
    synapse(y, dy, 2, n, mul(v128.load(at(p, 13, n)), m), stiff, damp);
    synapse(y, dy, 4, n, mul(v128.load(at(p, 16, n)), current), stiff, damp);
    synapse(y, dy, 6, n, inhibited, v128.load(at(p, 20, n)), v128.load(at(p, 21, n)));
    y += PAIR;
    dy += PAIR;
    p += PAIR;
  } while (y < end);
}

export function observe(t: usize, y: usize, out: usize, p: usize, n: i32): void {
  for (const end = at(y, 1, n); y < end; y += PAIR, out += PAIR, p += PAIR) {
    v128.store(out, mul(v128.load(at(p, 4, n)), sigmoid(overThreshold(pyramidal(y, n), p, n))));
  }
}
