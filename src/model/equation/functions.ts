/** A function that equations may use. */
export interface EquationFunction {
  /** Numbers of arguments that it takes: at least and at most. */
  least: number;
  most: number;
  /** The function of the same meaning that the compiler knows, where this is another name of it. */
  is?: string;
  says: string;
}

const one = (says: string, is?: string): EquationFunction => ({ least: 1, most: 1, says, ...(is ? { is } : {}) });
const two = (says: string, is?: string): EquationFunction => ({ least: 2, most: 2, says, ...(is ? { is } : {}) });
const many = (says: string, is?: string): EquationFunction => ({ least: 2, most: 16, says, ...(is ? { is } : {}) });

/** Every function of equations: PyRates' elementwise ones under its names, and the usual ones beside them. */
export const functions = {
  exp: one("e to the power of x"),
  log: { least: 1, most: 2, says: "natural logarithm, or to a base: log(x, base)" },
  ln: one("natural logarithm", "log"),
  sqrt: one("square root"),
  cbrt: one("cube root"),
  pow: two("x to the power of y"),
  sin: one("sine"),
  cos: one("cosine"),
  tan: one("tangent"),
  asin: one("inverse sine"),
  acos: one("inverse cosine"),
  atan: one("inverse tangent"),
  arcsin: one("inverse sine", "asin"),
  arccos: one("inverse cosine", "acos"),
  arctan: one("inverse tangent", "atan"),
  sinh: one("hyperbolic sine"),
  cosh: one("hyperbolic cosine"),
  tanh: one("hyperbolic tangent"),
  sigmoid: one("1 / (1 + exp(-x))"),
  abs: one("absolute value"),
  absv: one("absolute value", "abs"),
  sign: one("-1, 0 or 1"),
  floor: one("largest whole number not above x"),
  ceil: one("smallest whole number not below x"),
  round: one("nearest whole number, halves to even"),
  mod: two("remainder with the sign of the divisor"),
  min: many("smallest"),
  max: many("largest"),
  mini: many("smallest", "min"),
  maxi: many("largest", "max"),
  real: one("real part"),
  imag: one("imaginary part"),
  conj: one("complex conjugate"),
} satisfies Record<string, EquationFunction>;

/** PyRates' functions of vectors, by how many arguments they take: of one number they are itself, of two their product. */
export const vectorFunctions = { mean: 1, vsum: 1, matmul: 2, matvec: 2 } satisfies Record<string, 1 | 2>;

/** A function by one of its names. */
export function functionNamed(name: string): EquationFunction | undefined {
  return Object.hasOwn(functions, name) ? Object.entries(functions).find(([known]) => known === name)?.[1] : undefined;
}
