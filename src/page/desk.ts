import type { Described } from "./protocol.ts";
import type { ModelChoice, State } from "./state.ts";

/** What the page's panels share: the state, its model, and the ways to change them. */
export interface Desk {
  readonly state: State;
  readonly described: Described;
  /** Changes a part of the state; figures follow. */
  change(patch: Partial<State>): void;
  /** Reads another model; what is wrong with it is thrown as an EngineError, and the old one stays. */
  choose(model: ModelChoice): Promise<void>;
}

/** What has changed: the model and all the rest, the state, or only the point that is looked at. */
export type Change = "model" | "state" | "point";

/** A part of the page that shows the state. */
export interface Panel {
  readonly element: HTMLElement;
  show(change: Change): void;
}
