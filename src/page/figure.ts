import type { ColorScale } from "./color-scale.ts";
import type { MapData } from "./map-data.ts";

/** Points that are marked on a figure. */
export interface Marks {
  pins: readonly { index: number; color: string }[];
  /** The point that is looked at; -1 for none. */
  at: number;
}

/** What a figure of a sweep needs to know. */
export interface FigureOptions {
  /** Labels of the axes with their units: x, and y of a heat map. */
  labels: readonly string[];
  /** The point below the pointer; -1 for none. */
  hover: (index: number) => void;
  click: (index: number) => void;
}

/** A figure of a sweep's map. */
export interface SweepFigure {
  /** Takes the numbers of another sweep over the same axes. */
  use(map: MapData): void;
  /** Draws what has come; returns its colours, where it has colours. */
  show(): ColorScale | undefined;
  mark(marks: Marks): void;
  /** Zooms about the middle; 0 shows all. */
  zoom(factor: number): void;
  end(): void;
}
