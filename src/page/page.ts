// The page: the figure of its sweep at once, all else when that has been drawn.
import { type Engine, failureOf } from "./client.ts";
import type { Screen } from "./computed.ts";
import { element } from "./element.ts";
import { Explorer } from "./explorer.ts";
import type { Begun, Failure, Opened } from "./protocol.ts";
import { entryOf } from "./steps.ts";
import { SweepPanel } from "./sweep-panel.ts";
import { nextFrame } from "./tasks.ts";
import { setKeptTheme } from "./theme.ts";

const trouble = element("div", { class: "trouble", role: "alert", hidden: true });
/** Told where one edits a text that is none: what is wrong with it is said at the text itself. */
const broken = element("p", { class: "notice", role: "status", hidden: true });

export async function show(engine: Engine, begun: Promise<Begun>): Promise<void> {
  setKeptTheme();
  // The first step of this page's history; a link that is put into the address from now on is none of them.
  history.replaceState(entryOf(0), "", location.href);
  try {
    const found = await begun;
    const { opened } = found;
    if ("fault" in opened)
      refuse({
        message: `This link is damaged: ${opened.fault}. Nothing has been opened; ask whoever sent it for the whole of it.`,
        ...{ problems: [], stopped: false },
      });
    else await build(engine, found, opened);
  } catch (error) {
    refuse(failureOf(error));
  }
}

/** Of a link that cannot be opened nothing is shown but why: what one wanted to see is not known. */
function refuse(failure: Failure): void {
  tell(failure);
  trouble.append(element("p", {}, element("a", { href: location.pathname }, "Open the published sweep instead")));
  document.querySelector("main")?.replaceChildren(element("h1", { class: "unseen" }, "massgrid explorer"), trouble);
  // Another link may be whole.
  addEventListener("hashchange", () => location.reload());
}

async function build(engine: Engine, { facts, map }: Begun, opened: Exclude<Opened, { fault: string }>): Promise<void> {
  const current = (): Explorer => explorer;
  const sweep = new SweepPanel(current, facts);
  let points: Pick<Screen, "pins" | "preview"> | undefined;
  const traces = once();
  const screen: Screen = {
    maps: (maps) => sweep.maps(maps),
    pins: (found) => {
      points?.pins(found);
      traces.tell();
    },
    preview: (found, at) => points?.preview(found, at),
    trouble: (failure) => {
      tell(failure);
      if (failure) traces.tell();
    },
  };
  const explorer: Explorer = new Explorer(engine, opened, facts.kinds, screen);
  const figures = element("div", { class: "figures" }, trouble, broken, sweep.element);
  const aside = element("aside", { class: "controls", "aria-label": "Model and settings" });
  const main = element("main", {}, element("h1", { class: "unseen" }, "massgrid explorer"), figures, aside);
  document.querySelector("main")?.replaceWith(main);
  explorer.begin(sweep, map);
  await nextFrame();
  const { addControls, addPoints } = await import("./controls.ts");
  const panel = addPoints(current, figures);
  points = panel;
  explorer.start();
  warmOnUse(engine);
  const tellBroken = (problems: number) => {
    tellProblems(problems);
    for (const shown of [sweep.element, panel.element]) shown.classList.toggle("broken", problems > 0);
  };
  await addControls({ current, engine, facts, tellBroken }, { figures, aside, sweep });
  await traces.told;
  await nextFrame();
  performance.mark("massgrid page ready");
}

/** Tells that the model's text has problems, if it has any. */
function tellProblems(problems: number): void {
  const count = problems === 1 ? "a problem, which is" : `${problems} problems, which are`;
  broken.textContent = problems === 0 ? "" : `The model's text has ${count} told below it. The figures are of the text before.`;
  broken.hidden = problems === 0;
}

/** Something that is waited for, and told when it is there. */
function once(): { tell: () => void; told: Promise<void> } {
  let tell = () => {};
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  return { tell, told };
}

/** What the page opens with needs little; all else is loaded when someone turns to the page. */
function warmOnUse(engine: Engine): void {
  const uses = ["pointermove", "pointerdown", "keydown", "focusin"];
  const warm = () => {
    for (const use of uses) removeEventListener(use, warm);
    engine.warm();
  };
  for (const use of uses) addEventListener(use, warm, { passive: true });
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
