import { type Engine, failureOf } from "./client.ts";
import { gridOf, indexOfPoint, MapData, pointAt } from "./grid.ts";
import { linkOf, withState } from "./link.ts";
import type { Described, Failure, Traces } from "./protocol.ts";
import { defaultState, fitted, MOST_PINS, type ModelChoice, type State } from "./state.ts";

/** What has changed: the model and all the rest, the state, or only the point that is looked at. */
export type Change = "model" | "state" | "point";

/** A part of the page that shows the state. */
export interface Panel {
  readonly element: HTMLElement;
  show(change: Change): void;
}

/** Who shows what has been computed. */
export interface Screen {
  /** A map has begun, has more points, or is at its end. */
  map(map: MapData): void;
  pins(traces: Traces): void;
  /** The point `at` that is looked at, beside the pins; undefined for none. */
  preview(traces: Traces | undefined, at: number): void;
  /** What is wrong, or undefined where nothing is. */
  trouble(failure: Failure | undefined): void;
}

/** How long the address waits for further changes, in ms. */
const SETTLED = 250;

const noTraces: Traces = {
  times: new Float64Array(0),
  frequencies: new Float64Array(0),
  traces: [],
  units: { time: "", signal: "", plane: "" },
};

/** Holds the page's state, which its panels change, and has everything computed that the screen shows of it. */
export class Explorer {
  readonly engine: Engine;
  readonly #screen: Screen;
  readonly #panels: Panel[] = [];
  readonly #sweep = new Latest((error) => this.#tell(error));
  readonly #pinned = new Latest((error) => this.#tell(error));
  readonly #looked = new Latest((error) => this.#tell(error));
  #state: State;
  #described: Described;
  #map: MapData | undefined;
  #at = -1;
  #keys = { map: "", pins: "", preview: "" };
  #linking: ReturnType<typeof setTimeout> | undefined;

  constructor(engine: Engine, state: State, described: Described, screen: Screen) {
    this.engine = engine;
    this.#state = state;
    this.#described = described;
    this.#screen = screen;
  }

  get state(): State {
    return this.#state;
  }

  get described(): Described {
    return this.#described;
  }

  get map(): MapData | undefined {
    return this.#map;
  }

  /** The point that is looked at; -1 for none. */
  get at(): number {
    return this.#at;
  }

  begin(panels: readonly Panel[]): void {
    for (const panel of panels) this.#panels.push(panel);
    this.#show("model");
    this.#refresh();
  }

  /** Changes a part of the state; figures follow. */
  change(patch: Partial<State>): void {
    if (patch.axes) this.#at = -1;
    this.#set({ ...this.#state, ...patch }, "state");
  }

  /** Reads another model; what is wrong with it is thrown as an EngineError, and the old one stays. */
  async choose(model: ModelChoice): Promise<void> {
    const described = await this.engine.describe(model);
    const chosen = "path" in model ? model : { ...model, circuit: described.circuit };
    const isEdit = "text" in model && this.#described.circuit === described.circuit;
    const state = isEdit ? fitted({ ...this.#state, model: chosen }, described.description) : defaultState(chosen, described.description);
    this.replace(state, described);
  }

  /** Shows another state, of a model that has been read. */
  replace(state: State, described: Described): void {
    this.#described = described;
    this.#at = -1;
    this.#set(state, "model");
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
    const before = this.#state.pins.filter((pin) => indexOfPoint(this.#state, grid, pin) !== index);
    const added = before.length < this.#state.pins.length ? [] : [pointAt(this.#state, grid, index)];
    this.change({ pins: [...before, ...added].slice(-MOST_PINS) });
  }

  stop(): void {
    this.#sweep.stop();
  }

  /** Goes on with a map that was stopped: what has come of it is not computed again. */
  goOn(): void {
    const map = this.#map;
    if (map?.stopped) this.#sweep.run((signal) => this.#compute(map, signal));
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

  #link(): void {
    clearTimeout(this.#linking);
    this.#linking = setTimeout(async () => {
      const link = await linkOf(this.#state);
      history.replaceState(null, "", withState(location.hash, link));
    }, SETTLED);
  }

  /** Computes what the state has changed: traces at once, the map after them. */
  #refresh(): void {
    const state = this.#state;
    const { pins, feature, plane, ...rest } = state;
    const keys = { pins: JSON.stringify([pins, plane, rest]), map: JSON.stringify([feature, rest]) };
    if (keys.pins !== this.#keys.pins) {
      this.#keys.pins = keys.pins;
      this.#pinned.run(async (signal) => this.#screen.pins(pins.length === 0 ? noTraces : await this.engine.traces(state, pins, signal)));
    }
    this.#preview();
    if (keys.map === this.#keys.map) return;
    this.#keys.map = keys.map;
    if (state.axes.length > 0) this.#sweep.run((signal) => this.#compute(new MapData(state), signal));
  }

  async #compute(map: MapData, signal: AbortSignal): Promise<void> {
    map.stopped = false;
    const isCurrent = () => !signal.aborted;
    const listener = {
      part: (part: Parameters<MapData["add"]>[0]) => {
        map.add(part);
        this.#map = map;
        if (isCurrent()) this.#screen.map(map);
      },
      progress: (progress: MapData["progress"]) => {
        map.progress = progress;
        if (isCurrent() && this.#map === map) this.#screen.map(map);
      },
    };
    try {
      await this.engine.map({ state: map.state, computed: map.computed() }, listener, signal);
      map.finished = true;
    } finally {
      map.stopped = signal.aborted;
      if (this.#map === map) this.#screen.map(map);
    }
  }

  #preview(): void {
    const state = this.#state;
    const at = this.#at;
    const { feature: _, pins: __, ...rest } = state;
    const key = JSON.stringify([at, rest]);
    if (key === this.#keys.preview) return;
    this.#keys.preview = key;
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

/** How long work that is out of date may go on, in ms: it may be done before what replaces it, and then it is worth showing. */
const PATIENCE = 120;

type Task = (signal: AbortSignal) => Promise<void>;

/** Runs one task at a time: what is asked while one runs waits, and only the last of what waits is run. */
export class Latest {
  #running: { controller: AbortController; since: number } | undefined;
  #next: Task | undefined;
  #late: ReturnType<typeof setTimeout> | undefined;
  readonly #fail: (error: unknown) => void;

  /** What a task throws goes to `fail`, but not of one that was stopped. */
  constructor(fail: (error: unknown) => void) {
    this.#fail = fail;
  }

  run(task: Task): void {
    if (!this.#running) return void this.#begin(task);
    this.#next = task;
    const { controller, since } = this.#running;
    clearTimeout(this.#late);
    this.#late = setTimeout(() => controller.abort(), Math.max(0, since + PATIENCE - performance.now()));
  }

  /** Ends what runs, and what waits. */
  stop(): void {
    this.#next = undefined;
    this.#running?.controller.abort();
  }

  async #begin(task: Task): Promise<void> {
    const controller = new AbortController();
    this.#running = { controller, since: performance.now() };
    try {
      await task(controller.signal);
    } catch (error) {
      if (!controller.signal.aborted) this.#fail(error);
    } finally {
      clearTimeout(this.#late);
      this.#running = undefined;
      const next = this.#next;
      this.#next = undefined;
      if (next) void this.#begin(next);
    }
  }
}
