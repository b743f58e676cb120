// The page: its panels, and what they show first.
import { AxesPanel } from "./axes-panel.ts";
import { followTheme } from "./chart.ts";
import { Engine, failureOf } from "./client.ts";
import { DownloadPanel } from "./download-panel.ts";
import { element } from "./element.ts";
import { Explorer, type Screen } from "./explorer.ts";
import { hasNoState, mapOfAddress, stateOfLink } from "./link.ts";
import { ModelPanel } from "./model-panel.ts";
import { ParameterPanel } from "./parameter-panel.ts";
import { PointPanel } from "./point-panel.ts";
import type { Described, Facts, Failure } from "./protocol.ts";
import { RunPanel } from "./run-panel.ts";
import { defaultState, published, type State } from "./state.ts";
import { StoredPanel } from "./stored-panel.ts";
import { SweepPanel } from "./sweep-panel.ts";

const trouble = element("div", { class: "trouble", role: "alert", hidden: true });

void main();

async function main(): Promise<void> {
  const engine = new Engine();
  try {
    const facts = await engine.facts();
    build(engine, facts, await beginning(engine, facts));
  } catch (error) {
    tell(failureOf(error));
    document.body.append(trouble);
  }
}

interface Beginning {
  state: State;
  described: Described;
}

/** What is shown first: what the address holds, the model that it names, or the published sweep. */
async function beginning(engine: Engine, facts: Facts): Promise<Beginning> {
  const linked = await stateOfLink(location.hash, facts);
  if (linked) return { state: linked, described: await engine.describe(linked.model) };
  const text = await namedModel();
  if (text === undefined) return { state: published, described: await engine.describe(published.model) };
  const described = await engine.describe({ text, circuit: "" });
  return { state: defaultState({ text, circuit: described.circuit }, described.description), described };
}

/** The template that `?model=` names, a file of the page's own origin. */
async function namedModel(): Promise<string | undefined> {
  const name = new URLSearchParams(location.search).get("model");
  if (name === null) return undefined;
  const url = new URL(name, location.href);
  if (url.origin !== location.origin)
    throw new Error(`${name} is of another origin; only models beside this page can be named in its address`);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${name} could not be read: ${response.status} ${response.statusText}`);
  return await response.text();
}

function build(engine: Engine, facts: Facts, { state, described }: Beginning): void {
  const current = (): Explorer => explorer;
  const [sweep, points] = [new SweepPanel(current), new PointPanel(current)];
  const stored = new StoredPanel();
  const screen: Screen = {
    map: (map) => sweep.map(map),
    pins: (traces) => points.pins(traces),
    preview: (traces, at) => points.preview(traces, at),
    trouble: tell,
  };
  const explorer: Explorer = new Explorer(engine, state, described, screen);
  const figures = element("div", { class: "figures" }, trouble, stored.figure, sweep.element, points.element);
  const settings = [
    new ModelPanel(current, facts.models),
    new AxesPanel(current),
    new ParameterPanel(current),
    new RunPanel(current, facts),
    new DownloadPanel(current),
  ];
  const [model, ...others] = settings.map((panel) => panel.element);
  const controlsOf = [model, stored.element, ...others];
  const controls = element("aside", { class: "controls", "aria-label": "Model and settings" }, ...controlsOf);
  const main = element("main", {}, element("h1", { class: "unseen" }, "massgrid explorer"), figures, controls);
  document.querySelector("main")?.replaceWith(main);
  followTheme();
  explorer.begin([sweep, points, ...settings]);
  stored.follow();
  addEventListener("hashchange", () => {
    stored.follow();
    if (mapOfAddress(location.hash) === undefined || !hasNoState(location.hash)) void follow(explorer, facts);
  });
}

/** Another link was put into the address. */
async function follow(explorer: Explorer, facts: Facts): Promise<void> {
  const state = await stateOfLink(location.hash, facts);
  if (!state) return tell({ message: "this link holds no state of the explorer; it may have been cut", stopped: false, problems: [] });
  explorer.replace(state, await explorer.engine.describe(state.model));
}

/** Tells what is wrong with the call. */
function tell(failure: Failure | undefined): void {
  const problems = failure?.problems ?? [];
  const lines = problems.length > 0 ? problems.map(({ message }) => message) : failure ? [failure.message] : [];
  trouble.hidden = lines.length === 0;
  trouble.replaceChildren(...lines.map((line) => element("p", {}, line)));
  if (lines.length > 0 && document.querySelector(".sweep"))
    trouble.append(element("p", { class: "note" }, "The figures are of the last state that could be run."));
}
