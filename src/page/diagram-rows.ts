import type { Table } from "apache-arrow";
import { numbersOf, textsOf, unitOf } from "../figure/columns.ts";
import { curveWords, variablesOf } from "../figure/diagram-source.ts";
import { short, unitText } from "../quantity.ts";
import type { ComplexNumber } from "./complex-plane.ts";
import type { DiagramPartName } from "./protocol.ts";

/** Tables of a diagram, as far as they have come. */
export type DiagramTables = Partial<Record<DiagramPartName, Table>>;

/** Digits that are written, at most, and of what is no special point. */
const DIGITS = { most: 12, other: 7 };

/** From here on numbers are written with a power of ten. */
const LARGE = 1e6;

/** Four digits of a number of any size. */
export function brief(value: number): string {
  return (Math.abs(value) >= LARGE ? value.toExponential(3) : short(value)).replace(/^-/, "−");
}

/** A row of a table of branches, as it is told. */
export class ToldRow {
  readonly #table: Table;
  readonly #row: number;

  constructor(table: Table, row: number) {
    this.#table = table;
    this.#row = row;
  }

  text(column: string): string {
    return String(this.#table.getChild(column)?.get(this.#row) ?? "");
  }

  number(column: string): number {
    return numbersOf(this.#table, column)[this.#row] ?? Number.NaN;
  }

  /** "fold (LP)"; of a regular point what it is: "stable focus", or on a curve what that is of. */
  get title(): string {
    const [label, point] = [this.text("label"), this.text("point")];
    if (label !== "") return `${point} (${label})`;
    const own = curveWords(this.text("curve")) ?? this.text("type");
    return point !== "" && point !== "regular point" ? `${point}, ${own}` : own;
  }

  /** "p = −41.3014104878 1/s", with the digits that are sure. */
  get place(): string {
    return variablesOf(this.#table, "parameter")
      .map(({ name, unit }) => `${name} = ${this.digitsOf(name)} ${unitText(unit)}`.trim())
      .join(", ");
  }

  /** A parameter with the digits that are sure; of what is no solved point, few. */
  digitsOf(name: string): string {
    const [value, digits] = [this.number(name), this.number("digits")];
    const text = Number.isNaN(digits)
      ? String(Number(value.toPrecision(DIGITS.other)))
      : value.toPrecision(Math.max(1, Math.min(DIGITS.most, digits)));
    return text.replace(/^-/, "−");
  }

  /** What is known of it, by name. */
  get facts(): (readonly [name: string, told: string])[] {
    const told = (name: string, column: string, unit = "") => {
      const value = this.number(column);
      return Number.isNaN(value) ? [] : [[name, `${brief(value)} ${unitText(unit)}`.trim()] as const];
    };
    const unstable = this.number("unstable");
    return [
      ["type", this.text("type")],
      ["stability", `${this.text("stability")}${unstable > 0 ? `, in ${unstable} ${unstable === 1 ? "direction" : "directions"}` : ""}`],
      ...told("period", "period", unitOf(this.#table, "period")),
      ...told("coefficient", "coefficient"),
      ...told("residual", "residual"),
      ...told("sure digits", "digits"),
      ...told("error", "error"),
      ...(this.text("note") === "" ? [] : [["note", this.text("note")] as const]),
    ];
  }

  /** Values of the parameters. */
  get parameters(): number[] {
    return variablesOf(this.#table, "parameter").map(({ name }) => this.number(name));
  }

  /** Eigenvalues, or Floquet multipliers, in their order. */
  complexNumbers(kind: "eigenvalue" | "multiplier"): ComplexNumber[] {
    const found: ComplexNumber[] = [];
    for (let i = 1; this.#table.getChild(`${kind}_${i}_re`) !== null; i++) {
      found.push({ re: this.number(`${kind}_${i}_re`), im: this.number(`${kind}_${i}_im`) });
    }
    return found.filter(({ re, im }) => Number.isFinite(re + im));
  }

  /** States and outputs. */
  get values(): { name: string; unit: string; told: string; isState: boolean }[] {
    return (["state", "output"] as const).flatMap((what) =>
      variablesOf(this.#table, what).map(({ name, unit }) => {
        const isCycle = this.#table.getChild(name) === null;
        const ends = isCycle ? [this.number(`${name}_min`), this.number(`${name}_max`)] : [this.number(name)];
        return { name, unit, told: ends.map(String).join(" to "), isState: what === "state" };
      }),
    );
  }
}

/** Rows of special points, but ends. */
export function specialRows(table: Table): number[] {
  return textsOf(table, "label").flatMap((label, row) => (label === "" || label === "EP" ? [] : [row]));
}

/** Rows of each branch, in their order. */
export function branchRows(table: Table): number[][] {
  const branch = numbersOf(table, "branch");
  const branches: number[][] = [];
  branch.forEach((number, row) => {
    if (row === 0 || branch[row - 1] !== number) branches.push([]);
    branches[branches.length - 1].push(row);
  });
  return branches;
}

/** The row of a longer table that is one of a shorter: of the same place, with the same states; the row itself where there is none. */
export function sameRow(before: Table, row: number, now: Table): number {
  const names = [...variablesOf(before, "parameter"), ...variablesOf(before, "state")].map(({ name }) => name);
  const columns = names.flatMap((name) => {
    const own = before.getChild(name) === null ? `${name}_max` : name;
    return [[numbersOf(before, own)[row], numbersOf(now, own)] as const];
  });
  const found = Array.from({ length: now.numRows }, (_, other) => other).find((other) =>
    columns.every(([value, values]) => value === values[other]),
  );
  return found ?? row;
}
