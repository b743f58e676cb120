// What does one step of one lane cost in the kernel (JRC2, Euler, 64 lanes), beside C with -O3 -march=native and libm?
// And what does the seam cost: solver and model as two modules, beside one module with everything in one loop?
import { readFileSync } from "node:fs";
import { compileC, timeC, variants } from "./rivals/c.mjs";
import { row } from "./support/measure.mjs";

const LANES = 64;
const STEPS = 10_000;
const CHUNK = 1000;
const ROUNDS = 120;
const built = (name) => new WebAssembly.Module(readFileSync(new URL(`../build/${name}.wasm`, import.meta.url)));

const structs = JSON.parse(readFileSync(new URL("../build/structs.json", import.meta.url), "utf8"));

/** Rows of one block, laid out as src/kernel/layout.ts does, in a memory of their own. */
function block(memory) {
  let end = 4096;
  const rows = (count) => {
    const address = end;
    end += count * LANES * 8;
    return address;
  };
  const at = { t: rows(1), y: rows(8), dy: rows(8), p: rows(37), samples: rows(CHUNK / LANES + 1) };
  const f64 = new Float64Array(memory.buffer);
  const load = (derive) => {
    [3.25e-3, 0.01, 22e-3, 0.02, 5, 560, 6e-3, 135, 4, 3, 220, 0].forEach((value, i) => {
      f64.fill(value, at.p / 8 + i * LANES, at.p / 8 + (i + 1) * LANES);
    });
    for (let lane = 0; lane < LANES; lane++) f64[at.p / 8 + 7 * LANES + lane] = 68 + 20 * lane;
    f64.fill(0, at.y / 8, at.y / 8 + 8 * LANES);
    derive(at.p, LANES);
  };
  const drive = (step) => {
    for (let i = 0; i < CHUNK; i++) f64[at.samples / 8 + i] = 120 + 200 * ((((step + i) * 7919) % 10007) / 10007);
  };
  return { at, load, drive, state: () => f64.slice(at.y / 8, at.y / 8 + 8 * LANES) };
}

/** Solver and model as shipped: two modules. Takes no samples, as the rivals take none. */
function seam() {
  const memory = new WebAssembly.Memory({ initial: 8 });
  const model = new WebAssembly.Instance(built("jansen-rit"), { env: { memory } }).exports;
  const solver = new WebAssembly.Instance(built("solvers"), {
    env: { memory },
    model: { ...model, pushHistory: () => {}, diffuse: () => {} },
  }).exports;
  const rows = block(memory);
  const { at } = rows;
  const view = new DataView(memory.buffer);
  const write = (address, { fields }, values) => {
    for (const [name, { at, type }] of Object.entries(fields)) {
      if (type === "i32") view.setInt32(address + at, values[name] ?? 0, true);
      else view.setFloat64(address + at, values[name] ?? 0, true);
    }
  };
  const [header, inputs] = [1024, 2048];
  const start = () => {
    rows.load(model.derive);
    const { t, y, dy, p } = at;
    const counts = { n: LANES, states: 8, samplingSteps: 1, stepsToSample: 2 ** 31 - 1, inputCount: 1 };
    write(header, structs.Block, { ...counts, h: 1e-4, t, y, dy, p, inputs });
  };
  const chunk = (step) => {
    rows.drive(step);
    const row = at.p + 10 * LANES * 8;
    write(inputs, structs.InputSource, { row, sample: at.samples, stride: 8, holdSteps: 1, stepsLeft: 1 });
    return () => solver.euler(header, CHUNK);
  };
  return { start, chunk, state: rows.state };
}

/** One module, one loop, no derivative rows; it takes no samples. */
function fused() {
  const memory = new WebAssembly.Memory({ initial: 8 });
  const { euler, derive } = new WebAssembly.Instance(built("bench-fused"), { env: { memory } }).exports;
  const rows = block(memory);
  const { at } = rows;
  const chunk = (step) => {
    rows.drive(step);
    return () => euler(at.y, at.dy, at.p, LANES, 1e-4, CHUNK, at.samples);
  };
  return { start: () => rows.load(derive), chunk, state: rows.state };
}

/** ns a lane and step of one run of STEPS. */
function run({ start, chunk }) {
  start();
  let ms = 0;
  for (let step = 0; step < STEPS; step += CHUNK) {
    const go = chunk(step);
    const begin = performance.now();
    go();
    ms += performance.now() - begin;
  }
  return (ms * 1e6) / STEPS / LANES;
}

export async function bench() {
  const rivals = { seam: seam(), fused: fused() };
  const programs = compileC();
  const best = {};
  const keep = (name, ns) => {
    best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, ns);
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, rival] of Object.entries(rivals)) keep(name, run(rival));
    for (const [variant, program] of programs) keep(variant, await timeC(program, 2));
  }
  const [a, b] = [rivals.seam.state(), rivals.fused.state()];
  if (a.some((value, i) => !Object.is(value, b[i]))) throw new Error("seam and fused loop differ in bits");
  const ns = (value) => `${value.toFixed(2)} ns`;
  const overC = programs.map(([variant]) => {
    const question = `kernel, 64 lanes, a lane and step, over C (gcc -O3 -march=native, libm), ${variants[variant]}`;
    const target = variant === "1" ? ["≤ 0.8", best.seam / best[variant], 0.8] : ["", best.seam / best[variant]];
    return row(question, `${ns(best.seam)} over ${ns(best[variant])}`, ...target);
  });
  return [
    ...(programs.length > 0 ? overC : [row("kernel, 64 lanes, a lane and step (no C compiler here)", ns(best.seam), "")]),
    row(
      "the seam: solver and model as two modules, over a fused loop in one",
      `${ns(best.seam)} over ${ns(best.fused)}`,
      "≤ 1.12",
      best.seam / best.fused,
      1.12,
    ),
  ];
}
