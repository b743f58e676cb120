// What is mutated: templates, specs, options, links of the explorer. A kind makes edits, does them, and tries what comes of it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Problems } from "../../build/lib/check.js";
import { everyProblem } from "../../build/lib/cli/explain.js";
import { readSource, readSpec } from "../../build/lib/cli/spec.js";
import { UsageError } from "../../build/lib/cli/usage.js";
import { featureNames, gridSearch, MassgridError, simulate, solvers, templatesFromYaml } from "../../build/lib/index.js";
import { sourceOf } from "../../build/lib/model/build.js";
import { linkOf } from "../../build/lib/page/link.js";
import { readLink } from "../../build/lib/page/link-state.js";
import { readModel, searchOptions } from "../../build/lib/page/models.js";
import { programText, specText } from "../../build/lib/page/spec-text.js";
import { defaultState, published } from "../../build/lib/page/state.js";
import { makePlan } from "../../build/lib/plan/plan.js";
import { openFiles } from "../../build/lib/platform/files.js";
import { inputGrid } from "../../build/lib/sweep/clock.js";
import { pick } from "../support/random.mjs";
import { bases } from "./options-bases.mjs";
import { applyText, editText, shortest } from "./text.mjs";
import { specs, templates } from "./texts.mjs";
import { applyObject, editObject, tell } from "./values.mjs";

/** What massgrid refuses is told by one of these. */
const isTyped = (error) => error instanceof MassgridError || error instanceof UsageError;

/** Steps times points of what is run after it was planned; more is planned alone. */
const MOST = 20_000;
const machine = { budget: 1e8, openFile: openFiles() };

/** Whether trying a thing was refused by name; what else it throws is thrown. */
async function isRefused(attempt) {
  try {
    await attempt();
    return false;
  } catch (error) {
    if (isTyped(error)) return true;
    throw error;
  }
}

/** Plans a call, and makes it where it is small. */
async function planAndRun(options) {
  const plan = makePlan(options, machine);
  const { steps } = inputGrid(plan.clock);
  const isOthers = options.store || options.workers || options.solver?.maxSteps > 1e5;
  if (isOthers || plan.points.names.length * steps > MOST || plan.bytes > 1e7) return;
  await gridSearch({ ...options, workers: 0 });
}

const text = { edit: editText, apply: applyText, tell: (edit) => JSON.stringify(edit), less: shortest, show: (made) => made };

const models = new URL("../../src/model/bundled/", import.meta.url);
const bundled = () =>
  readdirSync(models, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => readFileSync(new URL(file, models), "utf8"));

function templatesKind() {
  // Damage to a whole file rarely meets what is near another; short texts come seven times as often, and are quicker.
  const files = bundled();
  return {
    ...text,
    base: (random) => (random(8) === 0 ? pick(random, files) : pick(random, templates)),
    attempt: (made) =>
      isRefused(() => {
        for (const circuit of Object.values(templatesFromYaml(made)).slice(-2)) sourceOf(circuit);
      }),
  };
}

function specsKind() {
  const folder = mkdtempSync(join(tmpdir(), "massgrid-mutants-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "spec.yaml");
  writeFileSync(join(folder, "model.yaml"), templates[0]);
  writeFileSync(join(folder, "samples.f64"), new Float64Array(100).fill(200));
  return {
    ...text,
    base: (random) => pick(random, specs),
    attempt: (made) =>
      isRefused(async () => {
        writeFileSync(file, made);
        const problems = new Problems();
        const { options } = await readSpec(problems, readSource(file));
        if (problems.any) throw everyProblem(problems, options);
        await planAndRun(options);
      }),
  };
}

function optionsKind() {
  const names = Object.keys(bases);
  return {
    base: (random) => pick(random, names),
    edit: (random, name) => editObject(random, bases[name]()),
    apply: (name, edits) => () => applyObject(bases[name](), edits),
    tell,
    show: (_, name, edits) => `${name}: ${edits.map(tell).join("; ")}`,
    attempt: (make) =>
      isRefused(async () => {
        const options = make();
        await planAndRun(options).catch((error) => {
          // What a caller's own function throws is passed on.
          if (error instanceof TypeError && error.message === "of the function itself") return;
          throw error;
        });
        const { paramGrid, paramMap, permuteGrid, features, results, replicates, rename, layout, workers, certify, ...run } = options;
        if (run.simulationTime <= 0.05 && run.stepSize >= 1e-3)
          await simulate(run).catch((error) => {
            if (!isTyped(error) && error?.message !== "of the function itself") throw error;
          });
      }),
  };
}

function linksKind() {
  const facts = { features: featureNames(), solvers: Object.keys(solvers) };
  const own = { text: templates[0], circuit: "net" };
  const states = [
    published,
    defaultState(own, readModel(own).description),
    { ...published, values: { "jrc/jrc_op/h_e": 0.003 }, pins: [] },
  ];
  return {
    base: (random) => random(states.length),
    edit: (random, i) =>
      random(3) === 0 ? { letters: editText(random) } : { state: editObject(random, JSON.parse(JSON.stringify(states[i]))) },
    apply: (i, edits) => async () => {
      const state = applyObject(
        JSON.parse(JSON.stringify(states[i])),
        edits.flatMap((edit) => edit.state ?? []),
      );
      let link;
      try {
        link = await linkOf(state);
      } catch {
        // What JSON has no words for is in no link.
        return undefined;
      }
      return applyText(
        link,
        edits.flatMap((edit) => edit.letters ?? []),
      );
    },
    tell: (edit) => (edit.state ? tell(edit.state) : JSON.stringify(edit.letters)),
    show: (_, i, edits) => `state ${i}: ${edits.map((edit) => (edit.state ? tell(edit.state) : JSON.stringify(edit.letters))).join("; ")}`,
    attempt: async (make) => {
      const link = await make();
      const { state } = (link === undefined ? undefined : await readLink(link, facts)) ?? {};
      if (state === undefined) return true;
      return await isRefused(async () => {
        const model = readModel(state.model);
        specText(state, model.description);
        programText(state, model.description);
        const { template: circuit, description } = model;
        const points = [state.axes.map(({ from }) => from)];
        for (const map of [true, false]) await planAndRun(searchOptions(state, { description, circuit }, { points, map }));
      });
    },
  };
}

/** Name of a kind → what makes it. */
export const kinds = { templates: templatesKind, specs: specsKind, options: optionsKind, links: linksKind };
