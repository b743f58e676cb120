import type { Table } from "apache-arrow";
import { numbersOf, unitOf } from "../figure/columns.ts";
import { curveWords, variablesOf } from "../figure/diagram-source.ts";
import { labelled, short, unitText } from "../quantity.ts";
import type { DiagramRow } from "./diagram-overlay.ts";
import { branchRows, type DiagramTables, specialRows, ToldRow } from "./diagram-rows.ts";
import { button, element, freshId, set } from "./element.ts";
import type { DiagramPartName } from "./protocol.ts";

const parts = ["equilibria", "cycles", "curves"] as const;
const branchNames = { equilibria: "equilibria, branch", cycles: "cycles, branch", curves: "curve" };

/** A branch, as one walks along it. */
interface Walk {
  part: DiagramPartName;
  rows: readonly number[];
}

/** The special points of a diagram as a table of buttons, and sliders along its branches: what the pointer does on the figure. */
export class DiagramList {
  readonly element: HTMLElement;
  readonly #choose: (row: DiagramRow) => void;
  readonly #points = element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Special points" });
  readonly #branch = element("select", { id: freshId("branch"), "aria-label": "Branch to walk along" });
  readonly #slider = element("input", { type: "range", min: 0, step: 1, "aria-label": "Point of the branch" });
  readonly #place = element("output", { class: "point-text" });
  readonly #walk = element("div", { class: "point" }, this.#branch, this.#slider, this.#place);
  readonly #buttons = new Map<string, HTMLButtonElement>();
  #tables: DiagramTables = {};
  #walks: Walk[] = [];

  constructor(choose: (row: DiagramRow) => void) {
    this.#choose = choose;
    this.element = element("div", { class: "special", hidden: true }, this.#points, this.#walk);
    this.#branch.addEventListener("change", () => this.#step(0));
    this.#slider.addEventListener("input", () => this.#step(Number(this.#slider.value)));
  }

  show(tables: DiagramTables): void {
    this.#tables = tables;
    this.#buttons.clear();
    const shown = parts.flatMap((part) => {
      const table = tables[part];
      return table ? [{ part, table }] : [];
    });
    set(this.element, "hidden", shown.length === 0);
    // A button that has the focus stays there, and has it again.
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.row : undefined;
    this.#points.replaceChildren(...shown.flatMap(({ part, table }) => this.#tableOf(part, table)));
    if (focused !== undefined) this.#buttons.get(focused)?.focus();
    this.#walks = shown.flatMap(({ part, table }) => branchRows(table).map((rows) => ({ part, rows })));
    const before = this.#branch.selectedIndex;
    const names = this.#walks.map(({ part, rows }, i) => {
      const number = this.#walks.slice(0, i).filter((other) => other.part === part).length;
      const of = part === "curves" && tables.curves ? curveWords(new ToldRow(tables.curves, rows[0]).text("curve")) : undefined;
      return element("option", { value: i }, `${branchNames[part]} ${number}${of === undefined ? "" : `: ${of}`}`);
    });
    this.#branch.replaceChildren(...names);
    if (before >= 0 && before < names.length) this.#branch.selectedIndex = before;
    this.#limit();
  }

  /** Shows which row is open. */
  mark(open: DiagramRow | undefined): void {
    const key = open && keyOf(open);
    for (const [own, each] of this.#buttons) set(each, "aria-pressed", own === key);
    const at = this.#walks.findIndex(({ part, rows }) => part === open?.part && rows.includes(open.row));
    if (!open || at < 0) {
      this.#place.textContent = "";
      return;
    }
    this.#branch.selectedIndex = at;
    this.#limit();
    const table = this.#tables[open.part];
    const told = table && new ToldRow(table, open.row);
    this.#slider.value = String(this.#walks[at].rows.indexOf(open.row));
    this.#place.textContent = told ? `${told.title}: ${told.place}` : "";
    this.#slider.setAttribute("aria-valuetext", this.#place.textContent);
  }

  #limit(): void {
    const walk = this.#walks[Math.max(0, this.#branch.selectedIndex)];
    set(this.#slider, "max", Math.max(0, (walk?.rows.length ?? 1) - 1));
  }

  #step(place: number): void {
    const walk = this.#walks[this.#branch.selectedIndex];
    const row = walk?.rows[place];
    if (walk && row !== undefined) this.#choose({ part: walk.part, row });
  }

  #tableOf(part: DiagramPartName, table: Table): HTMLElement[] {
    const rows = specialRows(table);
    if (rows.length === 0) return [element("p", { class: "note" }, `No special points on the ${part}.`)];
    const parameters = variablesOf(table, "parameter");
    const periods = numbersOf(table, "period");
    const hasPeriod = part !== "curves" || rows.some((row) => Number.isFinite(periods[row]));
    const titles = [
      "label",
      "what it is",
      ...parameters.map(({ name, unit }) => labelled(name, unitText(unit))),
      ...(hasPeriod ? [labelled("period", unitText(unitOf(table, "period")))] : []),
      ...["stability", "residual"],
    ];
    const head = element("tr", {}, ...titles.map((title) => element("th", { scope: "col" }, title)));
    const body = rows.map((row) => {
      const told = new ToldRow(table, row);
      const key = keyOf({ part, row });
      const open = button(told.text("label"), () => this.#choose({ part, row }), {
        ...{ class: "small", "data-row": key, "aria-pressed": "false" },
        "aria-label": `${told.text("label")}, ${told.text("point")}: ${told.place}`,
      });
      this.#buttons.set(key, open);
      const cells = [
        told.text("point"),
        ...parameters.map(({ name }) => told.digitsOf(name)),
        ...(hasPeriod ? [short(told.number("period"))] : []),
        ...[told.text("stability"), short(told.number("residual"))],
      ];
      return element("tr", {}, element("td", {}, open), ...cells.map((cell) => element("td", {}, cell)));
    });
    const caption = element("caption", {}, `Special points of the ${part}`);
    return [element("table", {}, caption, element("thead", {}, head), element("tbody", {}, ...body))];
  }
}

function keyOf({ part, row }: DiagramRow): string {
  return `${part} ${row}`;
}
