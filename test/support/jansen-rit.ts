// Jansen-Rit (JRC2) in plain TypeScript with the host's own exp: what the WebAssembly model is held against.

/** Rows as the model has them: 8 states; 10 parameters and 2 inputs. */
export const stateNames = ["V_ein", "X_ein", "V_iin", "X_iin", "V_e", "X_e", "V_i", "X_i"];
export const parameters = {
  h_e: 3.25e-3,
  tau_e: 0.01,
  h_i: 22e-3,
  tau_i: 0.02,
  m_max: 5,
  r: 560,
  V_thr: 6e-3,
  c: 135,
  ei_ratio: 4,
  io_ratio: 3,
  u: 220,
  m_in: 0,
};
export type Parameters = typeof parameters;

function S(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** The derivative of each state. */
export function derivative(y: readonly number[], p: Parameters): number[] {
  const [V_ein, X_ein, V_iin, X_iin, V_e, X_e, V_i, X_i] = y;
  const m = p.m_max * S(p.r * (V_e - V_i - p.V_thr));
  const excited = p.c * 0.8 * p.m_max * S(p.r * (V_ein - p.V_thr)) + (p.c / p.io_ratio) * p.m_in + p.u;
  const inhibited = p.m_max * S(p.r * (V_iin - p.V_thr));
  const synapse = (force: number, tau: number, V: number, X: number) => force - V / tau ** 2 - (2 * X) / tau;
  return [
    X_ein,
    synapse(((p.h_e * p.c) / p.tau_e) * m, p.tau_e, V_ein, X_ein),
    X_iin,
    synapse(((p.h_e * (p.c / p.ei_ratio)) / p.tau_e) * m, p.tau_e, V_iin, X_iin),
    X_e,
    synapse((p.h_e / p.tau_e) * excited, p.tau_e, V_e, X_e),
    X_i,
    synapse(((p.h_i * p.c) / (p.ei_ratio * p.tau_i)) * inhibited, p.tau_i, V_i, X_i),
  ];
}

/** The states before each of `steps` Euler steps. */
export function euler(y0: readonly number[], p: Parameters, h: number, steps: number): number[][] {
  const rows: number[][] = [];
  let y = [...y0];
  for (let i = 0; i < steps; i++) {
    rows.push(y);
    const dy = derivative(y, p);
    y = y.map((value, k) => value + h * dy[k]);
  }
  return rows;
}
