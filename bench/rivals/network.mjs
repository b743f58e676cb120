// A network of Jansen-Rit columns as one would write it in plain JavaScript: typed arrays of states, a loop over columns, and the
// coupling as a loop over the rows of a dense matrix. One point.

/** States of all columns after `steps` steps of size h; `weights` is row after row, targets down. */
export function network(n, weights, { h, steps }) {
  const [h_e, tau_e, h_i, tau_i, m_max, r, V_thr, c, u] = [3.25e-3, 0.01, 22e-3, 0.02, 5, 560, 6e-3, 135, 220];
  const [stiff_e, damp_e, stiff_i, damp_i] = [1 / (tau_e * tau_e), 2 / tau_e, 1 / (tau_i * tau_i), 2 / tau_i];
  const gain = h_e / tau_e;
  const [a, A, b, B, e, X, i, Y, m] = Array.from({ length: 9 }, () => new Float64Array(n));
  for (let s = 0; s < steps; s++) {
    for (let k = 0; k < n; k++) m[k] = m_max / (1 + Math.exp(-r * (e[k] - i[k] - V_thr)));
    for (let k = 0; k < n; k++) {
      let received = 0;
      for (let j = 0, at = k * n; j < n; j++, at++) received += weights[at] * m[j];
      const excited = (0.8 * c * m_max) / (1 + Math.exp(-r * (a[k] - V_thr)));
      const inhibited = ((h_i * c) / (4 * tau_i)) * (m_max / (1 + Math.exp(-r * (b[k] - V_thr))));
      const dA = ((h_e * c) / tau_e) * m[k] - stiff_e * a[k] - damp_e * A[k];
      const dB = ((h_e * c) / (4 * tau_e)) * m[k] - stiff_e * b[k] - damp_e * B[k];
      const dX = gain * (excited + (c * received) / 3 + u) - stiff_e * e[k] - damp_e * X[k];
      const dY = inhibited - stiff_i * i[k] - damp_i * Y[k];
      a[k] += h * A[k];
      A[k] += h * dA;
      b[k] += h * B[k];
      B[k] += h * dB;
      e[k] += h * X[k];
      X[k] += h * dX;
      i[k] += h * Y[k];
      Y[k] += h * dY;
    }
  }
  return e;
}
