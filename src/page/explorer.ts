import { type Engine, failureOf } from "./client.ts";
import { finishedMaps, keysOf, mapsOf, noTraces, type Screen } from "./computed.ts";
import { gridOf, pointAt } from "./grid.ts";
import { History } from "./history.ts";
import { Latest } from "./latest.ts";
import { linkOf, withState } from "./link.ts";
import type { MapData } from "./map-data.ts";
import type { Described, Facts, MapPart, Opened } from "./protocol.ts";
import { defaultState, diagramOver, fitted, MOST_PINS, type ModelChoice, type State } from "./state.ts";
import { entryOf, isStep, numberOf } from "./steps.ts";

/** What has changed: the model and all the rest, the state, only the point that is looked at, or only which states there are to go back to. */
export type Change = "model" | "state" | "point" | "history";

/** A part of the page that shows the state. */
export interface Panel {
  readonly element: HTMLElement;
  show(change: Change): void;
}

/** How long the address waits for further changes, in ms. */
const SETTLED = 250;

/** Holds the page's state, which its panels change, and has everything computed that the screen shows of it. */
export class Explorer {
  readonly engine: Engine;
  /** What kind of solver each is. */
  readonly kinds: Facts["kinds"];
  readonly #screen: Screen;
  readonly #panels: Panel[] = [];
  readonly #sweep = new Latest((error) => this.#tell(error));
  readonly #pinned = new Latest((error) => this.#tell(error));
  readonly #looked = new Latest((error) => this.#tell(error));
  #state: State;
  #described: Described;
  #maps: readonly MapData[] = [];
  #at = -1;
  readonly #history: History;
  #keys = { map: "", pins: "", preview: "" };
  #linking: ReturnType<typeof setTimeout> | undefined;

  constructor(engine: Engine, { state, described }: { state: State; described: Described }, kinds: Facts["kinds"], screen: Screen) {
    this.engine = engine;
    this.kinds = kinds;
    this.#state = state;
    this.#described = described;
    this.#screen = screen;
    this.#history = new History(state);
    addEventListener("popstate", ({ state: entry }: PopStateEvent) => {
      // A step of before the page was loaded again is known by its link alone.
      if (numberOf(entry) < 0 && isStep(entry)) location.reload();
      else void this.#travel(numberOf(entry));
    });
  }

  get state(): State {
    return this.#state;
  }

  /** Whether the solver takes white noise. */
  get isStochastic(): boolean {
    return this.kinds[this.#state.solver] === "stochastic";
  }

  get described(): Described {
    return this.#described;
  }

  /** What has been computed last of each figure. */
  get maps(): readonly MapData[] {
    return this.#maps;
  }

  get map(): MapData | undefined {
    return this.#maps[0];
  }

  get history(): Pick<History, "canUndo" | "canRedo"> {
    return this.#history;
  }

  /** The point that is looked at; -1 for none. */
  get at(): number {
    return this.#at;
  }

  /** Shows the state, and its map where that has been computed already. */
  begin(panel: Panel, map: MapPart | undefined): void {
    this.#panels.push(panel);
    this.#show("model");
    if (!map) return;
    this.#keys.map = keysOf(this.#state, -1).map;
    this.#maps = finishedMaps(this.#state, map);
    this.#screen.maps(this.#maps);
  }

  /** Has what is not there yet computed. */
  start(): void {
    this.#refresh();
  }

  /** Takes a panel that comes later. */
  add(panel: Panel): void {
    this.#panels.push(panel);
    panel.show("model");
  }

  /** Changes a part of the state; figures follow. */
  change(patch: Partial<State>): void {
    if (patch.axes) this.#at = -1;
    this.#set({ ...this.#state, ...diagramOver(this.#state, patch.axes), ...patch }, "state");
  }

  /** Reads another model; what is wrong with it is thrown as an EngineError, and the old one stays. */
  async choose(model: ModelChoice): Promise<void> {
    const described = await this.engine.describe(model);
    const chosen = "path" in model ? model : { ...model, circuit: described.circuit };
    const isEdit = "text" in model && this.#described.circuit === described.circuit;
    const state = isEdit
      ? fitted({ ...this.#state, model: chosen }, described.description)
      : defaultState(chosen, described.description, described.timeScales);
    this.replace(state, described);
  }

  /** Shows another state, of a model that has been read. */
  replace(state: State, described: Described): void {
    this.#described = described;
    this.#at = -1;
    this.#set(state, "model");
  }

  /** Shows what a link or a file holds. Of one that is damaged nothing is opened; what is wrong with it is told. */
  async open(opened: Promise<Opened>, what: string): Promise<void> {
    try {
      const found = await opened;
      if ("fault" in found) throw new Error(`${what} is damaged: ${found.fault}. Nothing has been opened.`);
      this.replace(found.state, found.described);
    } catch (error) {
      this.#tell(error);
    }
  }

  /** All settings as they are when the model is chosen; the model, and the text of one's own, stay. */
  reset(): void {
    const { state, described } = this;
    this.replace(defaultState(state.model, described.description, described.timeScales), described);
  }

  /** The state before, as the browser's Back has it. */
  undo(): void {
    this.#settle();
    if (this.#history.canUndo) history.back();
  }

  redo(): void {
    if (this.#history.canRedo) history.forward();
  }

  /** Looks at a point of the grid; -1: at none. */
  look(index: number): void {
    if (index === this.#at) return;
    this.#at = index;
    this.#show("point");
    this.#preview();
  }

  /** Pins a point, or takes its pin away. */
  pin(index: number): void {
    const grid = gridOf(this.#state);
    if (index < 0 || index >= grid.count) return;
    const point = pointAt(this.#state, grid, index);
    const before = this.#state.pins.filter((pin) => pin.some((value, side) => value !== point[side]));
    const added = before.length < this.#state.pins.length ? [] : [point];
    if (before.length + added.length <= MOST_PINS) this.change({ pins: [...before, ...added] });
  }

  stop(): void {
    this.#sweep.stop();
  }

  /** Goes on with a map that was stopped: what has come of it is not computed again. */
  goOn(): void {
    const maps = this.#maps;
    if (maps[0]?.stopped) this.#sweep.run((signal) => this.#compute(maps, signal));
  }

  #set(state: State, change: Change): void {
    this.#state = state;
    this.#screen.trouble(undefined);
    this.#show(change);
    this.#link();
    this.#refresh();
  }

  #show(change: Change): void {
    for (const panel of this.#panels) panel.show(change);
  }

  /** What changes in quick succession, as while one types or drags, is one step of the history. */
  #link(): void {
    clearTimeout(this.#linking);
    this.#linking = setTimeout(() => this.#settle(), SETTLED);
  }

  #settle(): void {
    clearTimeout(this.#linking);
    if (!this.#history.push(this.#state)) return;
    const { at } = this.#history;
    history.pushState(entryOf(at), "", location.href);
    void this.#write(at, this.#state);
    this.#show("history");
  }

  /** Puts a state into the address of its step. */
  async #write(at: number, state: State): Promise<void> {
    const link = await linkOf(state);
    if (numberOf(history.state) === at) history.replaceState(history.state, "", withState(location.hash, link));
  }

  /** The browser has gone to a step of this page's history; -1: to one that it does not know, as of before the page was loaded. */
  async #travel(at: number): Promise<void> {
    clearTimeout(this.#linking);
    const state = this.#history.go(at);
    if (state === undefined) return;
    const isSame = JSON.stringify(state.model) === JSON.stringify(this.#state.model);
    const described = isSame ? this.#described : await this.engine.describe(state.model);
    if (state !== this.#history.state) return;
    this.#described = described;
    this.#at = -1;
    this.#state = state;
    this.#screen.trouble(undefined);
    this.#show(isSame ? "state" : "model");
    this.#refresh();
  }

  /** Computes what the state has changed: traces at once, the map after them. */
  #refresh(): void {
    const state = this.#state;
    const { pins } = state;
    const keys = keysOf(state, this.#at);
    if (keys.pins !== this.#keys.pins) {
      this.#keys.pins = keys.pins;
      this.#pinned.run(async (signal) => this.#screen.pins(pins.length === 0 ? noTraces : await this.engine.traces(state, pins, signal)));
    }
    this.#preview();
    if (keys.map === this.#keys.map) return;
    this.#keys.map = keys.map;
    if (state.axes.length > 0) this.#sweep.run((signal) => this.#compute(mapsOf(state), signal));
  }

  async #compute(maps: readonly MapData[], signal: AbortSignal): Promise<void> {
    const [first] = maps;
    const show = () => {
      if (this.#maps === maps) this.#screen.maps(maps);
    };
    for (const map of maps) map.stopped = false;
    const listener = {
      part: (part: MapPart) => {
        for (const map of maps) map.add(part);
        this.#maps = maps;
        if (!signal.aborted) show();
      },
      progress: (progress: MapData["progress"]) => {
        for (const map of maps) map.progress = progress;
        if (!signal.aborted) show();
      },
    };
    try {
      await this.engine.map({ state: first.state, computed: first.computed() }, listener, signal);
      for (const map of maps) map.finished = true;
    } finally {
      for (const map of maps) map.stopped = signal.aborted;
      show();
    }
  }

  #preview(): void {
    const state = this.#state;
    const at = this.#at;
    const { preview } = keysOf(state, at);
    if (preview === this.#keys.preview) return;
    this.#keys.preview = preview;
    if (at < 0 && state.axes.length > 0) {
      this.#looked.stop();
      this.#screen.preview(undefined, -1);
      return;
    }
    const point = pointAt(state, gridOf(state), Math.max(0, at));
    this.#looked.run(async (signal) => this.#screen.preview(await this.engine.traces(state, [point], signal), at));
  }

  #tell(error: unknown): void {
    this.#screen.trouble(failureOf(error));
  }
}
