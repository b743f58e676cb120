// A flat model as the typed JavaScript loop that a careful programmer would write: states in local variables, shared terms once,
// what parameters alone decide taken out of the loop, nothing allocated in it, Math.* for functions. Euler.

/** A number in JavaScript's text. */
const literal = (value) => (value < 0 || Object.is(value, -0) ? `(${Object.is(value, -0) ? "-0" : value})` : `${value}`);
const signal = "signal of ";
const real = (re) => ({ re, im: undefined });

const halvesToEven = (x) => {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
};

/** Functions of real numbers, as text. */
const functions = {
  sigmoid: (x) => `1 / (1 + Math.exp(-${x}))`,
  sign: (x) => `Math.sign(${x})`,
  mod: (a, b) => `${a} - ${b} * Math.floor(${a} / ${b})`,
  log: (x, base) => (base === undefined ? `Math.log(${x})` : `Math.log(${x}) / Math.log(${base})`),
  round: (x) => `halvesToEven(${x})`,
};
const otherNames = { ln: "log", arcsin: "asin", arccos: "acos", arctan: "atan", absv: "abs", mini: "min", maxi: "max" };
const comparisons = [">", "<", ">=", "<=", "==", "!="];

/** Writes expressions down as lines `const v1 = a + b`, each term once; those that no step changes apart from the others. */
class Lines {
  before = [];
  inside = [];
  /** Names that the inside takes from outside: parameters, and terms of `before`. */
  taken = new Set();
  usesTime = false;
  #known = new Map();
  #still = new Set();
  #variables = new Map();
  #expressions;

  constructor({ states, params, inputs, algebraic }) {
    this.#expressions = new Map(algebraic.map(({ path, expression }) => [path, expression]));
    const fed = (path) => (this.#expressions.has(path) ? signal + path : path);
    const put = (letter, quantities, nameOf) => {
      let row = 0;
      for (const { path, im } of quantities)
        this.#variables.set(nameOf(path), { re: `${letter}${row++}`, im: im === undefined ? undefined : `${letter}${row++}` });
      return row;
    };
    this.counts = { y: put("y", states, (path) => path), p: put("p", params, (path) => path), u: put("u", inputs, fed) };
    for (let row = 0; row < this.counts.p; row++) this.#still.add(`p${row}`);
  }

  /** The name of a term of some operands. */
  #term(text, ...operands) {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const isStill = operands.every((name) => this.#still.has(name) || !/^[a-z]/.test(name));
    const name = `${isStill ? "h" : "v"}${this.#known.size}`;
    this.#known.set(text, name);
    if (isStill) this.#still.add(name);
    else this.take(operands);
    (isStill ? this.before : this.inside).push(`const ${name} = ${text};`);
    return name;
  }

  take(names) {
    for (const name of names) if (/^[hpu]/.test(name)) this.taken.add(name);
  }

  op(a, op, b) {
    return this.#term(`${a} ${op} ${b}`, a, b);
  }

  #negative(a) {
    return this.#term(`-${a}`, a);
  }

  #call(name, ...args) {
    const text = functions[name]?.(...args) ?? `Math.${name}(${args.join(", ")})`;
    return this.#term(text, ...args);
  }

  of(node) {
    if (node.kind === "number") return { re: literal(node.re), im: node.im === 0 ? undefined : literal(node.im) };
    if (node.kind === "name") return this.#named(node.name);
    if (node.kind === "negate") return this.#each(this.of(node.operand), (part) => this.#negative(part));
    if (node.kind === "binary" && node.op === "^") return this.#power(this.of(node.left), node.right);
    if (node.kind === "binary") return this.#binary(node.op, this.of(node.left), this.of(node.right));
    if (node.kind === "call")
      return this.#called(
        otherNames[node.name] ?? node.name,
        node.args.map((arg) => this.of(arg)),
      );
    throw new Error(`no JavaScript is written for ${node.kind}`);
  }

  #named(name) {
    const known = this.#variables.get(name);
    if (known) return known;
    const expression = this.#expressions.get(name);
    if (name === "t" && !expression) this.usesTime = true;
    const value = expression ? this.of(expression) : real({ t: "t", pi: literal(Math.PI), E: literal(Math.E) }[name]);
    if (value.re === undefined) throw new Error(`no JavaScript is written for the name ${name}`);
    this.#variables.set(name, value);
    return value;
  }

  #each({ re, im }, change) {
    return { re: change(re), im: im === undefined ? undefined : change(im) };
  }

  #binary(op, a, b) {
    if (comparisons.includes(op)) return real(this.#term(`${a.re} ${op} ${b.re} ? 1 : 0`, a.re, b.re));
    if (op === "*") return this.#product(a, b);
    if (op === "/") return this.#quotient(a, b);
    const re = this.op(a.re, op, b.re);
    if (b.im === undefined) return { re, im: a.im };
    if (a.im === undefined) return { re, im: op === "+" ? b.im : this.#negative(b.im) };
    return { re, im: this.op(a.im, op, b.im) };
  }

  #product(a, b) {
    if (a.im === undefined) return this.#each(b, (part) => this.op(a.re, "*", part));
    if (b.im === undefined) return this.#each(a, (part) => this.op(part, "*", b.re));
    const re = this.op(this.op(a.re, "*", b.re), "-", this.op(a.im, "*", b.im));
    return { re, im: this.op(this.op(a.re, "*", b.im), "+", this.op(a.im, "*", b.re)) };
  }

  #quotient(a, b) {
    if (b.im === undefined) return this.#each(a, (part) => this.op(part, "/", b.re));
    const size = this.op(this.op(b.re, "*", b.re), "+", this.op(b.im, "*", b.im));
    return this.#each(this.#product(a, { re: b.re, im: this.#negative(b.im) }), (part) => this.op(part, "/", size));
  }

  #power(base, exponent) {
    const { re } = exponent.kind === "negate" ? { re: -exponent.operand.re } : exponent;
    if (re === 0.5) return real(this.#call("sqrt", base.re));
    if (!Number.isInteger(re) || Math.abs(re) > 8) return real(this.#call("pow", base.re, this.of(exponent).re));
    let result = re === 0 ? real("1") : base;
    for (let i = 1; i < Math.abs(re); i++) result = this.#product(result, base);
    return re < 0 ? this.#quotient(real("1"), result) : result;
  }

  #called(name, args) {
    const [z] = args;
    if (name === "real") return real(z.re);
    if (name === "imag") return real(z.im ?? "0");
    if (name === "conj") return { re: z.re, im: z.im === undefined ? undefined : this.#negative(z.im) };
    if (z.im === undefined) return real(this.#call(name, ...args.map(({ re }) => re)));
    if (name === "abs") return real(this.#call("sqrt", this.op(this.op(z.re, "*", z.re), "+", this.op(z.im, "*", z.im))));
    if (name !== "exp") throw new Error(`no JavaScript is written for ${name} of complex numbers`);
    const size = this.#call("exp", z.re);
    return { re: this.op(size, "*", this.#call("cos", z.im)), im: this.op(size, "*", this.#call("sin", z.im)) };
  }
}

/** What is inside the loop over steps: `load` lines, terms, and new values of the states, the old ones being used to the end. */
function body(equations, lines) {
  const slopes = equations.states.flatMap(({ im, derivative }) => {
    const slope = lines.of(derivative);
    return im === undefined ? [slope.re] : [slope.re, slope.im ?? "0"];
  });
  lines.take(slopes);
  const kept = slopes.map((slope, row) => (slope.startsWith("y") ? `const d${row} = ${slope};` : ""));
  const next = (row) => `y${row} + h * ${slopes[row].startsWith("y") ? `d${row}` : slopes[row]}`;
  return { inside: [...(lines.usesTime ? ["const t = s * h;"] : []), ...lines.inside, ...kept], next };
}

const rows = (count, line) => Array.from({ length: count }, (_, row) => line(row));
const compiled = (source) => new Function("halvesToEven", `"use strict"; return ${source};`)(halvesToEven);

/**
 * The same model twice, for n points: `points` goes through one point after the other, `batch` steps all of them together. Both
 * are (y, p, u, steps, h) => void over rows of n numbers: states, which they advance, parameters, inputs.
 */
export function fromTree(equations, n) {
  const lines = new Lines(equations);
  const { inside, next } = body(equations, lines);
  const { y, p, u } = lines.counts;
  const load = (letter, row) => `${letter}${row} = ${letter}[${row * n} + l];`;
  const outer = [...rows(p, (row) => `const ${load("p", row)}`), ...rows(u, (row) => `const ${load("u", row)}`), ...lines.before];
  const points = `function (y, p, u, steps, h) {
    for (let l = 0; l < ${n}; l++) {
      ${[...outer, ...rows(y, (row) => `let ${load("y", row)}`)].join("\n")}
      for (let s = 0; s < steps; s++) {
        ${[...inside, ...rows(y, (row) => `y${row} = ${next(row)};`)].join("\n")}
      }
      ${rows(y, (row) => `y[${row * n} + l] = y${row};`).join("\n")}
    }
  }`;
  const taken = [...lines.taken];
  const still = taken.filter((name) => name.startsWith("h"));
  const fetched = taken.map((name) => {
    const at = still.indexOf(name);
    return at < 0 ? `const ${load(name[0], Number(name.slice(1)))}` : `const ${name} = H[${at * n} + l];`;
  });
  const batch = `function (y, p, u, steps, h) {
    const H = new Float64Array(${still.length * n});
    for (let l = 0; l < ${n}; l++) {
      ${[...outer, ...still.map((name, at) => `H[${at * n} + l] = ${name};`)].join("\n")}
    }
    for (let s = 0; s < steps; s++) {
      for (let l = 0; l < ${n}; l++) {
        ${[...fetched, ...rows(y, (row) => `const ${load("y", row)}`), ...inside, ...rows(y, (row) => `y[${row * n} + l] = ${next(row)};`)].join("\n")}
      }
    }
  }`;
  return { points: compiled(points), batch: compiled(batch), source: { points, batch } };
}
