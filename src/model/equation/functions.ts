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
const some = (least: number, most: number, says: string): EquationFunction => ({ least, most, says });
const many = (says: string, is?: string): EquationFunction => ({ least: 2, most: 16, says, ...(is ? { is } : {}) });

/** Every function of equations: PyRates' elementwise ones under its names, and the usual ones beside them. */
export const functions = {
  exp: one("e to the power of x"),
  expm1: one("exp(x) - 1, right also near 0"),
  exprel: one("(exp(x) - 1)/x, 1 at 0"),
  log: { least: 1, most: 2, says: "natural logarithm, or to a base: log(x, base)" },
  ln: one("natural logarithm", "log"),
  log10: one("logarithm to the base 10"),
  log1p: one("log(1 + x), right also near 0"),
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
  erf: one("error function"),
  abs: one("absolute value"),
  absv: one("absolute value", "abs"),
  sign: one("-1, 0 or 1"),
  heaviside: some(1, 2, "0 below 0, 1 above; at 0 one half, or a second argument"),
  where: some(3, 3, "where(condition, a, b): a where the condition is not 0, else b"),
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

/** Sums and means: of a vector over its elements, of a number over the nodes of one kind. */
export const reductions = {
  mean: one("mean over the nodes of one kind, or over the elements of a vector"),
  vsum: one("sum over the nodes of one kind, or over the elements of a vector"),
} satisfies Record<string, EquationFunction>;

/** PyRates' functions of vectors, whose names only equations of operators can use. */
export const vectorFunctions = {
  ...reductions,
  matvec: two("matrix times vector; of two numbers their product"),
  matmul: two("matrix product; of two numbers their product"),
  index: two("index(x, i): element i of a vector, counted from 0"),
  interp: some(3, 3, "interp(x, xs, ys): ys at x, linear between the elements of xs"),
} satisfies Record<string, EquationFunction>;

const all: Readonly<Record<string, EquationFunction>> = { ...functions, ...vectorFunctions };

/** A function by one of its names, those of vectors among them. */
export function functionNamed(name: string): EquationFunction | undefined {
  return Object.hasOwn(all, name) ? all[name] : undefined;
}

/** Names of all functions, as messages list them. */
export function functionNames(): string[] {
  return Object.keys(all);
}

/** Whether a function runs over nodes. */
export function isReduction(name: string): name is keyof typeof reductions {
  return Object.hasOwn(reductions, name);
}
