// What stands beside the figure of the sweep: traces of points, and the controls. Nothing that is shown first needs them.
import { AxesPanel } from "./axes-panel.ts";
import type { Engine } from "./client.ts";
import { DownloadPanel } from "./download-panel.ts";
import type { Explorer, Panel } from "./explorer.ts";
import { hasNoState } from "./link.ts";
import { ModelPanel } from "./model-panel.ts";
import { ParameterPanel } from "./parameter-panel.ts";
import { PointPanel } from "./point-panel.ts";
import type { Facts } from "./protocol.ts";
import { RunPanel } from "./run-panel.ts";
import { isOfHistory } from "./steps.ts";
import { StoredPanel } from "./stored-panel.ts";
import type { SweepPanel } from "./sweep-panel.ts";
import { nextTask } from "./tasks.ts";
import { Toolbar } from "./toolbar.ts";

interface Controlled {
  current: () => Explorer;
  engine: Engine;
  facts: Facts;
  tellBroken: (problems: number) => void;
}

/** Where on the page they stand: stored maps before the sweep's figure. */
interface Places {
  figures: HTMLElement;
  aside: HTMLElement;
  sweep: Pick<SweepPanel, "element" | "others" | "changes">;
}

/** Puts the traces of points below the figure. */
export function addPoints(current: () => Explorer, figures: HTMLElement): PointPanel {
  const points = new PointPanel(current);
  current().add(points);
  figures.append(points.element);
  return points;
}

/** Puts the controls on the page, each in a task of its own. */
export async function addControls({ current, engine, facts, tellBroken }: Controlled, { figures, aside, sweep }: Places): Promise<void> {
  const explorer = current();
  const add = async (make: () => Panel, place: (made: HTMLElement) => void) => {
    const panel = make();
    explorer.add(panel);
    place(panel.element);
    await nextTask();
  };
  const toAside = (made: HTMLElement) => void aside.append(made);
  await add(
    () => new Toolbar(current),
    (made) => void document.querySelector("header")?.append(made),
  );
  await add(() => new ModelPanel(current, facts.models, tellBroken), toAside);
  const stored = new StoredPanel(current);
  explorer.add(stored);
  figures.insertBefore(stored.figure, sweep.element);
  sweep.others = (point) => stored.valueAt(point);
  aside.append(stored.element);
  await add(() => new AxesPanel(current), toAside);
  await add(() => new ParameterPanel(current), toAside);
  await add(() => new RunPanel(current, facts), toAside);
  await add(() => new DownloadPanel(current, sweep.changes), toAside);
  // Another link was put into the address; steps of the history, which change it too, are followed by the explorer.
  const follow = () => {
    stored.follow();
    if (isOfHistory(history.state) || hasNoState(location.hash)) return;
    void explorer.open(engine.read(location.hash, "link"), "This link");
  };
  addEventListener("hashchange", follow);
  // It may have been put there before the controls were.
  follow();
}
