// A flat model as the typed JavaScript loop that a careful programmer would write: states in local variables, shared terms once,
// what parameters alone decide taken out of the loop, nothing allocated in it, Math.* for functions, rings for what is delayed. Euler.

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
  exprel: (x) => `${x} === 0 ? 1 : Math.expm1(${x}) / ${x}`,
  where: (condition, a, b) => `${condition} !== 0 ? ${a} : ${b}`,
  heaviside: (x, half = "0.5") => `${x} > 0 ? 1 : ${x} < 0 ? 0 : ${half}`,
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
  /** What delays look back at: names of variables; and which still terms say how many steps, for each. */
  rings = [];
  delays = [];
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
    this.#still.add("step");
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
    for (const name of names) if (/^[hpu]\d/.test(name)) this.taken.add(name);
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
    return this.#past(node);
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

  /** `ring3[s - h1]` is written differently for one point and for all. */
  #past({ name, delay, edge }) {
    if (!this.rings.includes(name)) this.rings.push(name);
    const ring = `ring${this.rings.indexOf(name)}`;
    const steps = this.#term(`${this.of(delay).re} / step`, this.of(delay).re, "step");
    const whole = this.#term(edge ? `halvesToEven(${steps})` : `Math.ceil(${steps})`, steps);
    this.delays.push({ ring, whole });
    if (edge) return real(this.#term(`s < ${whole} ? 0 : ${ring}[s - ${whole}]`, whole, "s"));
    const share = this.op(whole, "-", steps);
    const state = this.#variables.get(name).re;
    if (!state?.startsWith("y")) throw new Error(`no JavaScript is written for the past of ${name}`);
    const between = `${ring}[s - ${whole}] + ${share} * (${ring}[s - ${whole} + 1] - ${ring}[s - ${whole}])`;
    return real(this.#term(`s < ${steps} ? start[${state}] : ${between}`, whole, steps, share, "s"));
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

/** What is inside the loop over steps: terms, what rings remember, and new values of the states, the old ones being used to the end. */
function body(equations, lines) {
  const slopes = equations.states.flatMap(({ im, derivative }) => {
    const slope = lines.of(derivative);
    return im === undefined ? [slope.re] : [slope.re, slope.im ?? "0"];
  });
  const written = [];
  for (let i = 0; i < lines.rings.length; i++) written.push(lines.of({ kind: "name", name: lines.rings[i] }).re);
  lines.take([...slopes, ...written]);
  const writes = written.map((value, i) => ({ value, line: `ring${i}[s] = ${value};` }));
  const first = writes.filter(({ value }) => value.startsWith("y")).map(({ line }) => line);
  const last = writes.filter(({ value }) => !value.startsWith("y")).map(({ line }) => line);
  const kept = slopes.map((slope, row) => (slope.startsWith("y") ? `const d${row} = ${slope};` : ""));
  const next = (row) => `y${row} + step * ${slopes[row].startsWith("y") ? `d${row}` : slopes[row]}`;
  return { inside: [...(lines.usesTime ? ["const t = s * step;"] : []), ...first, ...lines.inside, ...last, ...kept], next };
}

const rows = (count, line) => Array.from({ length: count }, (_, row) => line(row));
const load = (letter, row, n) => `${letter}${row} = ${letter}[${row * n} + l];`;

function compiled(source) {
  return new Function("halvesToEven", `"use strict"; return ${source};`)(halvesToEven);
}

/** Makes the rings as long as any point needs them, in numbers of `width`. */
function makeRings({ rings, delays }, { n, outer, width }) {
  if (rings.length === 0) return "";
  const longest = delays.map(({ ring, whole }) => `while (${ring}Mask < ${whole} + 1) ${ring}Mask = 2 * ${ring}Mask + 1;`);
  return `${rings.map((_, i) => `let ring${i}Mask = 1;`).join("\n")}
    for (let l = 0; l < ${n}; l++) {
      ${[...outer, ...longest].join("\n")}
    }
    const start = y.slice();
    ${rings.map((_, i) => `const ring${i} = new Float64Array((ring${i}Mask + 1) * ${width});`).join("\n")}`;
}

/** Places what rings hold: of one point, or of n side by side. */
function placed(line, n, width) {
  const slot = (ring, at) => (width === 1 ? `${ring}[(${at}) & ${ring}Mask]` : `${ring}[((${at}) & ${ring}Mask) * ${width} + l]`);
  return line
    .replaceAll(/(ring\d+)\[([^\]]+)\]/g, (_, ring, at) => slot(ring, at))
    .replaceAll(/start\[y(\d+)\]/g, (_, row) => `start[${row * n} + l]`);
}

/**
 * The same model twice, for n points: `points` goes through one point after the other, `batch` steps all of them together. Both
 * are (y, p, u, steps, step) => void over rows of n numbers: states, which they advance, parameters, inputs.
 */
export function fromTree(equations, n) {
  const lines = new Lines(equations);
  const { inside, next } = body(equations, lines);
  const { y, p, u } = lines.counts;
  const outer = [...rows(p, (row) => `const ${load("p", row, n)}`), ...rows(u, (row) => `const ${load("u", row, n)}`), ...lines.before];
  const points = `function (y, p, u, steps, step) {
    ${makeRings(lines, { n, outer, width: 1 })}
    for (let l = 0; l < ${n}; l++) {
      ${[...outer, ...rows(y, (row) => `let ${load("y", row, n)}`)].join("\n")}
      for (let s = 0; s < steps; s++) {
        ${[...inside.map((line) => placed(line, n, 1)), ...rows(y, (row) => `y${row} = ${next(row)};`)].join("\n")}
      }
      ${rows(y, (row) => `y[${row * n} + l] = y${row};`).join("\n")}
    }
  }`;
  const taken = [...lines.taken];
  const still = taken.filter((name) => name.startsWith("h"));
  const fetched = taken.map((name) => {
    const at = still.indexOf(name);
    return at < 0 ? `const ${load(name[0], Number(name.slice(1)), n)}` : `const ${name} = H[${at * n} + l];`;
  });
  const stored = rows(y, (row) => `y[${row * n} + l] = ${next(row)};`);
  const states = rows(y, (row) => `const ${load("y", row, n)}`);
  const batch = `function (y, p, u, steps, step) {
    ${makeRings(lines, { n, outer, width: n })}
    const H = new Float64Array(${still.length * n});
    for (let l = 0; l < ${n}; l++) {
      ${[...outer, ...still.map((name, at) => `H[${at * n} + l] = ${name};`)].join("\n")}
    }
    for (let s = 0; s < steps; s++) {
      for (let l = 0; l < ${n}; l++) {
        ${[...fetched, ...states, ...inside.map((line) => placed(line, n, n)), ...stored].join("\n")}
      }
    }
  }`;
  return { points: compiled(points), batch: compiled(batch), source: { points, batch } };
}
