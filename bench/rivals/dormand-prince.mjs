// Dormand and Prince's pair of order 5(4) as one would write it in plain JavaScript: typed arrays that are made once, nothing allocated
// in the loop, the step's rules of Hairer, Norsett and Wanner and dense output as SciPy has them.

/** An integrator of n states of y' = f(t, y), where f(t, y, dy) writes derivatives; `solve` can be called again and again. */
export function dormandPrince(n, f) {
  const rows = (count) => Array.from({ length: count }, () => new Float64Array(n));
  const [k1, k2, k3, k4, k5, k6, k7] = rows(7);
  const [y, stage, next] = rows(3);
  const state = { y, k1, k7, next, stage };

  /** Root mean square of the error of the step h, over its bound. */
  function errorNorm(h, rtol, atol) {
    const { y, k1, k7, next } = state;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const e =
        (-71 / 57600) * k1[i] +
        (71 / 16695) * k3[i] -
        (71 / 1920) * k4[i] +
        (17253 / 339200) * k5[i] -
        (22 / 525) * k6[i] +
        (1 / 40) * k7[i];
      const part = (h * e) / (atol + rtol * Math.max(Math.abs(y[i]), Math.abs(next[i])));
      sum += part * part;
    }
    return Math.sqrt(sum / n);
  }

  function attempt(t, h) {
    const { y, k1, k7, next, stage } = state;
    for (let i = 0; i < n; i++) stage[i] = y[i] + h * ((1 / 5) * k1[i]);
    f(t + h / 5, stage, k2);
    for (let i = 0; i < n; i++) stage[i] = y[i] + h * ((3 / 40) * k1[i] + (9 / 40) * k2[i]);
    f(t + (3 / 10) * h, stage, k3);
    for (let i = 0; i < n; i++) stage[i] = y[i] + h * ((44 / 45) * k1[i] - (56 / 15) * k2[i] + (32 / 9) * k3[i]);
    f(t + (4 / 5) * h, stage, k4);
    for (let i = 0; i < n; i++) {
      stage[i] = y[i] + h * ((19372 / 6561) * k1[i] - (25360 / 2187) * k2[i] + (64448 / 6561) * k3[i] - (212 / 729) * k4[i]);
    }
    f(t + (8 / 9) * h, stage, k5);
    for (let i = 0; i < n; i++) {
      stage[i] =
        y[i] + h * ((9017 / 3168) * k1[i] - (355 / 33) * k2[i] + (46732 / 5247) * k3[i] + (49 / 176) * k4[i] - (5103 / 18656) * k5[i]);
    }
    f(t + h, stage, k6);
    for (let i = 0; i < n; i++) {
      next[i] = y[i] + h * ((35 / 384) * k1[i] + (500 / 1113) * k3[i] + (125 / 192) * k4[i] - (2187 / 6784) * k5[i] + (11 / 84) * k6[i]);
    }
    f(t + h, next, k7);
  }

  /** Shampine's quartic of one state, at the share x of the step h. */
  function dense(i, x, h) {
    const { y, k1, k7 } = state;
    const b1 = 1 + x * (-8048581381 / 2820520608 + x * (8663915743 / 2820520608 - x * (12715105075 / 11282082432)));
    const b3 = x * (131558114200 / 32700410799 + x * (-68118460800 / 10900136933 + x * (87487479700 / 32700410799)));
    const b4 = x * (-1754552775 / 470086768 + x * (14199869525 / 1410260304 - x * (10690763975 / 1880347072)));
    const b5 = x * (127303824393 / 49829197408 + x * (-318862633887 / 49829197408 + x * (701980252875 / 199316789632)));
    const b6 = x * (-282668133 / 205662961 + x * (2019193451 / 616988883 - x * (1453857185 / 822651844)));
    const b7 = x * (40617522 / 29380423 + x * (-110615467 / 29380423 + x * (69997945 / 29380423)));
    return y[i] + h * x * (b1 * k1[i] + b3 * k3[i] + b4 * k4[i] + b5 * k5[i] + b6 * k6[i] + b7 * k7[i]);
  }

  /** The first step, by the rule of Hairer, Norsett and Wanner. */
  function firstStep(rtol, atol, end) {
    const { y, k1, stage } = state;
    let [d0, d1, d2] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const scale = atol + rtol * Math.abs(y[i]);
      d0 += (y[i] / scale) ** 2;
      d1 += (k1[i] / scale) ** 2;
    }
    d0 = Math.sqrt(d0 / n);
    d1 = Math.sqrt(d1 / n);
    const h0 = Math.min(end, d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1);
    for (let i = 0; i < n; i++) stage[i] = y[i] + h0 * k1[i];
    f(h0, stage, k2);
    for (let i = 0; i < n; i++) d2 += ((k2[i] - k1[i]) / (atol + rtol * Math.abs(y[i]))) ** 2;
    d2 = Math.sqrt(d2 / n) / h0;
    const h1 = d1 <= 1e-15 && d2 <= 1e-15 ? Math.max(1e-6, h0 * 1e-3) : (0.01 / Math.max(d1, d2)) ** (1 / 5);
    return Math.min(100 * h0, h1, end);
  }

  /** From y0 at 0 to `end`; writes state `kept` at every multiple of `spacing` before the end to `out`. Returns evaluations and steps. */
  function solve(y0, { end, spacing, rtol, atol, kept, out }) {
    state.y.set(y0);
    f(0, state.y, state.k1);
    let [t, row, steps, rejected, nfev] = [0, 0, 0, false, 2];
    let h = firstStep(rtol, atol, end);
    while (t < end) {
      const to = Math.min(t + h, end);
      const step = to - t;
      attempt(t, step);
      nfev += 6;
      const norm = errorNorm(step, rtol, atol);
      const factor = 0.9 * norm ** (-1 / 5);
      if (!(norm < 1)) {
        h = step * Math.max(0.2, factor);
        rejected = true;
        continue;
      }
      for (; row < out.length && row * spacing <= to; row++) out[row] = dense(kept, (row * spacing - t) / step, step);
      h = step * Math.min(rejected ? 1 : 10, factor);
      rejected = false;
      t = to;
      steps++;
      const { y, k1 } = state;
      state.y = state.next;
      state.next = y;
      state.k1 = state.k7;
      state.k7 = k1;
    }
    return { nfev, steps };
  }

  return solve;
}

/** Jansen-Rit's derivatives, with what parameters alone decide taken out; `at` has C, which may be changed between runs. */
export function jansenRit(at) {
  const [h_e, tau_e, h_i, tau_i, m_max, r, V_thr, u] = [3.25e-3, 0.01, 22e-3, 0.02, 5, 560, 6e-3, 220];
  const stiff_e = 1 / (tau_e * tau_e);
  const damp_e = 2 / tau_e;
  const stiff_i = 1 / (tau_i * tau_i);
  const damp_i = 2 / tau_i;
  const gain = h_e / tau_e;
  return (_, y, dy) => {
    const c = at.C;
    const m = m_max / (1 + Math.exp(-r * (y[4] - y[6] - V_thr)));
    const excited = (0.8 * c * m_max) / (1 + Math.exp(-r * (y[0] - V_thr)));
    const inhibited = (h_i * c * m_max) / (4 * tau_i) / (1 + Math.exp(-r * (y[2] - V_thr)));
    dy[0] = y[1];
    dy[1] = gain * c * m - stiff_e * y[0] - damp_e * y[1];
    dy[2] = y[3];
    dy[3] = gain * (c / 4) * m - stiff_e * y[2] - damp_e * y[3];
    dy[4] = y[5];
    dy[5] = gain * (excited + u) - stiff_e * y[4] - damp_e * y[5];
    dy[6] = y[7];
    dy[7] = inhibited - stiff_i * y[6] - damp_i * y[7];
  };
}
