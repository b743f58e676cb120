// The page: its panels, and what they show first.
import { AxesPanel } from "./axes-panel.ts";
import { Engine, failureOf } from "./client.ts";
import { DownloadPanel } from "./download-panel.ts";
import { element } from "./element.ts";
import { Explorer, type Screen } from "./explorer.ts";
import { hasNoState } from "./link.ts";
import { ModelPanel } from "./model-panel.ts";
import { ParameterPanel } from "./parameter-panel.ts";
import { PointPanel } from "./point-panel.ts";
import type { Facts, Failure, Opened } from "./protocol.ts";
import { RunPanel } from "./run-panel.ts";
import { isOfHistory } from "./steps.ts";
import { StoredPanel } from "./stored-panel.ts";
import { SweepPanel } from "./sweep-panel.ts";
import { Toolbar } from "./toolbar.ts";

const trouble = element("div", { class: "trouble", role: "alert", hidden: true });
/** Told where one edits a text that is none: what is wrong with it is said at the text itself. */
const broken = element("p", { class: "notice", role: "status", hidden: true });

void main();

async function main(): Promise<void> {
  const engine = new Engine();
  try {
    const { facts, opened } = await engine.begin(location.hash, await namedModel());
    if ("fault" in opened)
      refuse({
        message: `This link is damaged: ${opened.fault}. Nothing has been opened; ask whoever sent it for the whole of it.`,
        ...{ problems: [], stopped: false },
      });
    else build(engine, facts, opened);
  } catch (error) {
    refuse(failureOf(error));
  }
}

/** Of a link that cannot be opened nothing is shown but why: what one wanted to see is not known. */
function refuse(failure: Failure): void {
  tell(failure);
  trouble.append(element("p", {}, element("a", { href: location.pathname }, "Open the published sweep instead")));
  document.querySelector("main")?.replaceChildren(element("h1", { class: "unseen" }, "massgrid explorer"), trouble);
}

/** The template that `?model=` names, a file of the page's own origin. */
async function namedModel(): Promise<string | undefined> {
  const name = new URLSearchParams(location.search).get("model");
  if (name === null || !hasNoState(location.hash)) return undefined;
  const url = new URL(name, location.href);
  if (url.origin !== location.origin)
    throw new Error(`${name} is of another origin; only models beside this page can be named in its address`);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${name} could not be read: ${response.status} ${response.statusText}`);
  return await response.text();
}

function build(engine: Engine, facts: Facts, opened: Exclude<Opened, { fault: string }>): void {
  const current = (): Explorer => explorer;
  const [sweep, points] = [new SweepPanel(current, facts), new PointPanel(current)];
  const toolbar = new Toolbar(current);
  document.querySelector("header")?.append(toolbar.element);
  const stored = new StoredPanel();
  const screen: Screen = {
    maps: (maps) => sweep.maps(maps),
    pins: (traces) => points.pins(traces),
    preview: (traces, at) => points.preview(traces, at),
    trouble: tell,
  };
  const tellBroken = (problems: number) => {
    const count = problems === 1 ? "a problem, which is" : `${problems} problems, which are`;
    broken.textContent = problems === 0 ? "" : `The model's text has ${count} told below it. The figures are of the text before.`;
    broken.hidden = problems === 0;
    for (const shown of [sweep.element, points.element]) shown.classList.toggle("broken", problems > 0);
  };
  const explorer: Explorer = new Explorer(engine, opened, facts.kinds, screen);
  const figures = element("div", { class: "figures" }, trouble, broken, stored.figure, sweep.element, points.element);
  const settings = [
    new ModelPanel(current, facts.models, tellBroken),
    new AxesPanel(current),
    new ParameterPanel(current),
    new RunPanel(current, facts),
    new DownloadPanel(current, sweep.changes),
  ];
  const [model, ...others] = settings.map((panel) => panel.element);
  const controlsOf = [model, stored.element, ...others];
  const controls = element("aside", { class: "controls", "aria-label": "Model and settings" }, ...controlsOf);
  const main = element("main", {}, element("h1", { class: "unseen" }, "massgrid explorer"), figures, controls);
  document.querySelector("main")?.replaceWith(main);
  explorer.begin([sweep, points, ...settings, toolbar]);
  stored.follow();
  // Another link was put into the address; steps of the history, which change it too, are followed by the explorer.
  addEventListener("hashchange", () => {
    stored.follow();
    if (isOfHistory(history.state) || hasNoState(location.hash)) return;
    void explorer.open(engine.read(location.hash, "link"), "This link");
  });
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
