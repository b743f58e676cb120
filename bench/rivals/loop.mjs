// The published sweep as one would write it in plain JavaScript: a loop over points, a loop over steps, states in local
// variables, what depends on parameters alone taken out of the loop, results in typed arrays.

/** Traces of V_e and V_i for each C; `u` has a sample a step; every tenth step from `first` on is kept. */
export function loop(Cs, u, { h = 1e-4, steps = u.length, every = 10, first = 10000 } = {}) {
  const rows = (steps - first) / every;
  const traces = [];
  for (const C of Cs) traces.push(onePoint(C, u, { h, steps, every, first, rows }));
  return traces;
}

function onePoint(c, noise, { h, steps, every, first, rows }) {
  const [h_e, tau_e, h_i, tau_i, m_max, r, V_thr] = [3.25e-3, 0.01, 22e-3, 0.02, 5, 560, 6e-3];
  const stiff_e = 1 / (tau_e * tau_e);
  const damp_e = 2 / tau_e;
  const stiff_i = 1 / (tau_i * tau_i);
  const damp_i = 2 / tau_i;
  const gain = h_e / tau_e;
  const peak = 0.8 * c * m_max;
  const drive_ein = (h_e * c) / tau_e;
  const drive_iin = (h_e * (c / 4)) / tau_e;
  const drive_i = ((h_i * c) / (4 * tau_i)) * m_max;
  const E = new Float64Array(rows);
  const I = new Float64Array(rows);
  let [a, A, b, B, e, X, i, Y] = [0, 0, 0, 0, 0, 0, 0, 0];
  let row = 0;
  for (let s = 0; s < steps; s++) {
    if (s >= first && s % every === 0) {
      E[row] = e;
      I[row++] = i;
    }
    const m = m_max / (1 + Math.exp(-r * (e - i - V_thr)));
    const excited = peak / (1 + Math.exp(-r * (a - V_thr)));
    const inhibited = drive_i / (1 + Math.exp(-r * (b - V_thr)));
    const dA = drive_ein * m - stiff_e * a - damp_e * A;
    const dB = drive_iin * m - stiff_e * b - damp_e * B;
    const dX = gain * (excited + noise[s]) - stiff_e * e - damp_e * X;
    const dY = inhibited - stiff_i * i - damp_i * Y;
    a += h * A;
    A += h * dA;
    b += h * B;
    B += h * dB;
    e += h * X;
    X += h * dX;
    i += h * Y;
    Y += h * dY;
  }
  return { E, I };
}
