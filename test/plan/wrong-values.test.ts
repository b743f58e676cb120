// What is of the wrong kind: each entry point refuses it with one MassgridError, before anything runs. Every value in every place.
import { Int64, tableFromArrays, Uint64, vectorFromArray } from "apache-arrow";
import { beforeAll, describe, expect, test } from "vitest";
import {
  acrossReplicates,
  connect,
  describeModel,
  gridSearch,
  latinHypercube,
  MassgridError,
  materialize,
  normalNoise,
  openSweep,
  plan,
  resumeSweep,
  simulate,
  spectrum,
  templatesFromYaml,
  uniformNoise,
  verifySweep,
} from "../../src/index.ts";
import { visibleForm } from "../../src/lookalike.ts";
import { folderFor } from "../support/folder.ts";
import { processorTime } from "../support/stopwatch.ts";
import { refusal, small } from "../support/sweep.ts";

type Loose = Record<string, unknown>;

const u = "jrc/jrc_op/u";
const state = "jrc/jrc_op/V_e";

class Settings {
  name = "rk4";
  directory = "nowhere";
}

/** Values that are no plain objects; made anew each time. */
const strange: Record<string, () => unknown> = {
  "a Promise": () => Promise.resolve({}),
  "a Date": () => new Date(0),
  "a Map": () => new Map([["C", [1]]]),
  "a Set": () => new Set(["mean"]),
  "a DataView": () => new DataView(new ArrayBuffer(8)),
  "an ArrayBuffer": () => new ArrayBuffer(8),
  "a RegExp": () => /x/,
  "an Error": () => new Error("x"),
  "an instance of a class": () => new Settings(),
  "a symbol": () => Symbol("x"),
  "a function": () => () => ({}),
  "a WeakMap": () => new WeakMap(),
  "a detached array": () => detached(),
};

function detached(): Float64Array {
  const values = Float64Array.of(1, 2, 3);
  structuredClone(values, { transfer: [values.buffer] });
  return values;
}

function random(seed: number): (n: number) => number {
  let s = seed;
  return (n) => {
    s = (s * 48271) % 2147483647;
    return s % n;
  };
}

/** A call with everything that nests, each part of which may be replaced. */
function whole(): Loose {
  return {
    ...small(),
    solver: { name: "stochastic-heun" },
    inputs: { [u]: new Float64Array(50) },
    noise: { [state]: { sd: 1 } },
    history: { [state]: 0 },
    bounds: { [state]: [0, 1] },
    pulses: { [state]: { at: 0.01, by: 1 } },
    initialState: { [state]: 0.5 },
    finalState: true,
    features: { V_pce: ["mean", { crossings: { level: 0 } }] },
    certify: { points: 2 },
    store: { directory: "/nowhere/at/all" },
  };
}

const places: string[][] = [
  [],
  ["circuitTemplate"],
  ["paramGrid"],
  ["paramGrid", "C"],
  ["paramMap"],
  ["paramMap", "C"],
  ["paramMap", "C", "vars"],
  ["paramMap", "C", "nodes"],
  ["solver"],
  ["inputs"],
  ["inputs", u],
  ["noise"],
  ["noise", state],
  ["history"],
  ["history", state],
  ["bounds"],
  ["bounds", state],
  ["bounds", state, "0"],
  ["pulses"],
  ["pulses", state],
  ["pulses", state, "at"],
  ["pulses", state, "by"],
  ["initialState"],
  ["initialState", state],
  ["initialState", "key"],
  ["refine"],
  ["refine", "feature"],
  ["follow"],
  ["follow", "key"],
  ["finalState"],
  ["outputs"],
  ["outputs", "V_pce"],
  ["features"],
  ["features", "V_pce"],
  ["features", "V_pce", "0"],
  ["features", "V_pce", "1", "crossings"],
  ["certify"],
  ["store"],
  ["store", "directory"],
  ["signal"],
];

/** The value with another in one place. */
function replaced(value: unknown, [part, ...rest]: string[], by: unknown): unknown {
  if (part === undefined) return by;
  if (Array.isArray(value)) return value.map((item, i) => (String(i) === part ? replaced(item, rest, by) : item));
  const record: Loose = Object.assign({}, value);
  return { ...record, [part]: replaced(record[part], rest, by) };
}

const folder = folderFor("wrong-values");
beforeAll(async () => {
  await gridSearch({ ...small(), store: { directory: `${folder}/sweep` } });
});

const options = (place: string[], by: unknown) => replaced(whole(), place, by);
function single(place: string[], by: unknown): unknown {
  const {
    paramGrid: _,
    paramMap: _map,
    samplingStepSize: _step,
    features: _features,
    certify: _certify,
    store: _store,
    ...common
  } = whole();
  const call = { ...common, params: { "jrc/jrc_op/c": 1 } };
  return replaced(call, place, by);
}
const resumed = (place: string[], by: unknown) => {
  const { signal, store: _, ...rest } = whole();
  return replaced({ ...rest, signal }, place, by);
};
const apply = (call: (...given: never[]) => unknown, ...given: unknown[]) => Reflect.apply(call, undefined, given);

const entryPoints: Record<string, { places: string[][]; call: (place: string[], by: unknown) => unknown }> = {
  gridSearch: { places, call: (place, by) => apply(gridSearch, options(place, by)) },
  plan: { places, call: (place, by) => apply(plan, options(place, by)) },
  simulate: {
    places: [
      ...places.filter(([name]) => !["paramGrid", "paramMap", "features", "certify", "store"].includes(name)),
      ["params"],
      ["params", "jrc/jrc_op/c"],
    ],
    call: (place, by) => apply(simulate, single(place, by)),
  },
  resumeSweep: {
    places: [...places.filter(([name]) => name !== "store"), ["store"], ["extend"]],
    call: (place, by) => apply(resumeSweep, `${folder}/sweep`, resumed(place, by)),
  },
  "resumeSweep's directory": { places: [[]], call: (_, by) => apply(resumeSweep, by, {}) },
  openSweep: { places: [[]], call: (_, by) => apply(openSweep, by) },
  verifySweep: { places: [[]], call: (_, by) => apply(verifySweep, by) },
  connect: {
    places: [[], ["source"], ["target"], ["weights"], ["weights", "0"], ["delays"]],
    call: (place, by) => {
      const weights = [
        [0, 1],
        [1, 0],
      ];
      const call = { source: "jrc_op/m", target: "jrc_op/u", weights, delays: weights };
      return apply(connect, whole().circuitTemplate, replaced(call, place, by));
    },
  },
  "connect's template": { places: [[]], call: (_, by) => apply(connect, by, { source: "a/b", target: "a/c", weights: [[1]] }) },
  describeModel: { places: [[]], call: (_, by) => apply(describeModel, by) },
  "templatesFromYaml's text": { places: [[]], call: (_, by) => apply(templatesFromYaml, by) },
  templatesFromYaml: { places: [[], ["name"]], call: (place, by) => apply(templatesFromYaml, "a: 1", replaced({ name: "x" }, place, by)) },
  uniformNoise: { places: [[], ["low"], ["seed"]], call: (place, by) => apply(uniformNoise, replaced({ low: 1, high: 2 }, place, by)) },
  normalNoise: { places: [[], ["hold"]], call: (place, by) => apply(normalNoise, replaced({ mean: 1, sd: 2 }, place, by)) },
  materialize: { places: [[]], call: (_, by) => apply(materialize, by, 1, 1) },
  latinHypercube: { places: [[], ["C"]], call: (place, by) => apply(latinHypercube, replaced({ C: [1, 2] }, place, by), 3) },
  spectrum: { places: [[]], call: (_, by) => apply(spectrum, new Float64Array(64), 1, by) },
  acrossReplicates: {
    places: [[]],
    call: (_, by) => apply(acrossReplicates, tableFromArrays({ key: ["a_r0"], replicate: new Float64Array(1) }), by),
  },
};

describe.each(Object.keys(entryPoints))("plan: what is no plain object: %s", (name) => {
  const { places: ofEntry, call } = entryPoints[name];

  test("is refused in every place", async () => {
    for (const place of ofEntry) {
      for (const kind of Object.keys(strange)) {
        const error = await refusal(() => call(place, strange[kind]())).catch((thrown) => {
          throw new Error(`${place.join(".")} with ${kind}: ${String(thrown)}`, { cause: thrown });
        });
        expect(error).toBeInstanceOf(MassgridError);
        expect(error.message).not.toMatch(/path__|undefined|\[object/);
      }
    }
  });
});

test("plan: options that throw when they are read are refused, with what was thrown as the cause", async () => {
  const thrown = new RangeError("no");
  const get = () => {
    throw thrown;
  };
  const { proxy, revoke } = Proxy.revocable([68], {});
  revoke();
  const calls: [unknown, unknown][] = [
    [Object.defineProperty(small(), "cutoff", { get, enumerable: true }), thrown],
    [{ ...small(), paramGrid: Object.defineProperty({}, "C", { get, enumerable: true }) }, thrown],
    [{ ...small(), paramGrid: { C: new Proxy([68, 128], { get }) } }, thrown],
    [{ ...small(), paramGrid: { C: proxy } }, expect.any(TypeError)],
  ];
  for (const [given, cause] of calls) {
    for (const call of [gridSearch, plan]) {
      const error = await refusal(() => apply(call, given));
      expect(error).toMatchObject({ code: "E_TYPE", cause });
    }
  }
});

describe("plan: a signal that is no AbortSignal", () => {
  test.each([{}, { aborted: false }, new AbortController(), new EventTarget(), "stop", 1, true])("%o", async (signal) => {
    for (const call of [gridSearch, plan, simulate]) {
      const { circuitTemplate, simulationTime, stepSize, outputs } = whole();
      const given = call === simulate ? { circuitTemplate, simulationTime, stepSize, outputs, signal } : { ...small(), signal };
      const error = await refusal(() => apply(call, given));
      expect(error.problems).toMatchObject([
        { code: "E_TYPE", path: ["signal"], message: expect.stringMatching(/must be an AbortSignal, but/) },
      ]);
    }
    expect((await refusal(() => apply(resumeSweep, `${folder}/sweep`, { signal }))).code).toBe("E_TYPE");
  });
});

describe("plan: a feature of one's own", () => {
  const runs = [undefined, null, {}, { add() {} }, { finish() {} }, Promise.resolve({ add() {}, finish: () => [[1, 2]] }), "run"];
  test.each(runs)("whose start() returns no run: %o", async (run) => {
    let started = 0;
    const own = { name: "own", columns: ["x"], start: () => [run, started++][0] };
    const error = await refusal(() => apply(gridSearch, { ...small(), features: { V_pce: [own] } }));
    expect(error.code).toBe("E_FEATURE_RESULT");
    expect(error.message).toMatch(/start\(\) of the feature own must return a run \{ add, finish \}, but/);
    expect(started).toBe(1);
  });
});

describe("plan: 64-bit integers of a table", () => {
  const table = (values: bigint[], type: Int64 | Uint64) => tableFromArrays({ C: vectorFromArray(values, type) as never });

  test("up to 2^53 are taken, and beyond are refused with their place", async () => {
    const fine = [68n, -(2n ** 53n), 2n ** 53n];
    expect((await plan({ ...small(), paramGrid: table(fine, new Int64()) })).points).toBe(3);
    const draw = random(5);
    for (let i = 0; i < 20; i++) {
      const at = draw(5);
      const large = (2n ** BigInt(53 + draw(9)) + 1n + BigInt(draw(1000))) * (draw(2) === 0 ? 1n : -1n);
      const values = Array.from({ length: 5 }, (_, k) => (k === at ? large : BigInt(k)));
      const error = await refusal(() => gridSearch({ ...small(), paramGrid: table(values, new Int64()) }));
      expect(error.problems).toMatchObject([{ code: "E_PARAM_INTEGER", path: ["paramGrid", "C", at] }]);
      expect(error.message).toContain(String(large));
    }
    expect((await refusal(() => gridSearch({ ...small(), paramGrid: table([2n ** 64n - 1n], new Uint64()) }))).code).toBe(
      "E_PARAM_INTEGER",
    );
  });
});

describe("plan: the text of an intensity", () => {
  const long = (letters: number): [string, string][] => [
    ["one word", "a".repeat(letters)],
    ["a sum", Array.from({ length: letters / 4 }, () => "1/2").join("+")],
    ["brackets", "(".repeat(letters)],
    ["slashes", "a/".repeat(letters / 2)],
    ["marks", "path__".repeat(letters / 6)],
    ["paths", `${"jrc/jrc_op/c + ".repeat(letters / 15)}1`],
  ];

  test.each(long(1200).map(([name]) => name))("is read in a time that is linear in its length: %s", async (name) => {
    const refusalOf = (letters: number) => {
      const sd = new Map(long(letters)).get(name);
      return refusal(() => apply(plan, { ...small(), solver: "euler-maruyama", noise: { [state]: { sd } } }));
    };
    const [short, huge] = [await processorTime(() => refusalOf(3600).catch(() => {})), await processorTime(() => refusalOf(3_600_000))];
    expect(huge).toBeLessThan(1000 * (short + 1));
    expect((await refusalOf(3_600_000)).problems).toMatchObject([{ code: "E_EQ_SIZE", path: ["noise", state, "sd"] }]);
  });
});

describe("plan: names that differ by nothing that is seen", () => {
  const changes: ((name: string) => string)[] = [
    (name) => `${name} `,
    (name) => ` ${name}`,
    (name) => `${name}\u200b`,
    (name) => `${name[0]}\u200d${name.slice(1)}`,
    (name) => `\ufeff${name}`,
    (name) => `${name}\u00ad`,
    (name) => `${name}\ufe0f`,
    (name) => `${name}\u2060\u00a0`,
    (name) => name.normalize("NFD"),
    (name) => name.replace("µ", "μ"),
  ];
  const draw = random(11);
  const twin = (name: string) => {
    const others = changes.map((change) => change(name)).filter((other) => other !== name);
    return others[draw(others.length)];
  };
  const C = { vars: ["jrc_op/c"], nodes: ["jrc"] };

  test("grid keys, outputs, paths, features and entries of paramMap", async () => {
    for (let i = 0; i < 60; i++) {
      const name = ["C", "é", "Å", "µ_e", "a b"][draw(5)];
      const other = twin(name);
      const path = twin(u);
      const calls: Loose[] = [
        { paramGrid: { [name]: [1], [other]: [2] }, paramMap: { [name]: C, [other]: C } },
        { paramGrid: tableFromArrays({ [name]: Float64Array.of(1), [other]: Float64Array.of(2) }), paramMap: { [name]: C, [other]: C } },
        { paramMap: { ...small().paramMap, [name]: C, [other]: C } },
        { outputs: { [name]: state, [other]: state } },
        { inputs: { [u]: 1, [path]: 2 } },
        { noise: { [u]: { sd: 1 }, [path]: { sd: 1 } }, solver: "euler-maruyama" },
        { features: { V_pce: ["mean"], [twin("V_pce")]: ["mean"] } },
        { paramGrid: { [twin("status")]: [1] } },
        { outputs: { [twin("C")]: state }, layout: "long" },
      ];
      const changed = calls[draw(calls.length)];
      const error = await refusal(() => apply(gridSearch, { ...small(), ...changed }));
      expect(error.problems.map(({ code }) => code)).toContain("E_LOOKALIKE_NAME");
      const { message } = error.problems.find(({ code }) => code === "E_LOOKALIKE_NAME") ?? { message: "" };
      expect(message).toMatch(/^[\x20-\x7e]*$/);
    }
  });

  test("half a letter is refused, which a file would write as another name", async () => {
    const half = "V\ud83d";
    const calls: Loose[] = [
      { outputs: { [half]: state } },
      { paramGrid: { [half]: [1] }, paramMap: { [half]: C } },
      { rename: { C: half } },
    ];
    for (const changes of calls) {
      const error = await refusal(() => apply(gridSearch, { ...small(), ...changes }));
      expect(error.problems.map(({ code }) => code)).toContain("E_BAD_IDENTIFIER");
      expect(error.message).toMatch(/^[\x20-\x7e\n]*$/);
    }
    expect((await plan({ ...small(), outputs: { "V\u{1f600}": state } })).points).toBe(6);
  });

  test("what is seen to differ is taken: case, figures, marks, blanks within", async () => {
    const names = ["C", "c", "C2", "C²", "C_", "C'", "é", "e", "a b", "ab", "С"];
    expect(new Set(names.map(visibleForm)).size).toBe(names.length);
    const outputs = Object.fromEntries(names.map((name) => [name, state]));
    expect((await plan({ ...small(), outputs })).points).toBe(6);
  });
});
