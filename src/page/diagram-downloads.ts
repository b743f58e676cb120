import { type Engine, failureOf } from "./client.ts";
import type { DiagramTables } from "./diagram-rows.ts";
import { continueText } from "./diagram-spec.ts";
import { button, element } from "./element.ts";
import type { Explorer } from "./explorer.ts";
import type { SavedFormat } from "./protocol.ts";
import { saveAs } from "./save-as.ts";

/** What has been computed, and who keeps it. */
interface Kept {
  engine: Engine | undefined;
  tables: DiagramTables;
}

/** Downloads of a diagram: its figure, its tables, and its spec. */
export class DiagramDownloads {
  readonly element: HTMLElement;
  readonly #explorer: () => Explorer;
  readonly #kept: () => Kept;
  readonly #told = element("p", { class: "note", role: "status" });

  constructor(explorer: () => Explorer, kept: () => Kept) {
    this.#explorer = explorer;
    this.#kept = kept;
    const small = { class: "small" };
    const tables = (["arrow", "csv"] as const).map((format) =>
      button({ arrow: "Arrow", csv: "CSV" }[format], () => void this.#try(() => this.#tables(format)), {
        ...small,
        "aria-label": `diagram as ${format}`,
      }),
    );
    const figures = (["svg", "png"] as const).map((format) =>
      button(format.toUpperCase(), () => void this.#try(() => this.#figure(format)), {
        ...small,
        "aria-label": `Figure of the diagram as ${format}`,
      }),
    );
    const spec = button("Spec (YAML)", () => this.#spec(), { ...small, "aria-label": "Spec of the diagram" });
    const row = element("div", { class: "row" }, element("span", { class: "row-title" }, "Diagram"), ...tables, ...figures, spec);
    this.element = element("div", {}, row, this.#told);
  }

  #spec(): void {
    const { state, described } = this.#explorer();
    saveAs("continue.yaml", new Blob([continueText(state, described.description)], { type: "text/plain" }));
  }

  /** A file for each table, named as those of `massgrid continue --out`. */
  async #tables(format: SavedFormat): Promise<void> {
    const { engine, tables } = this.#kept();
    if (!engine) throw new Error("its tables are saved once branches have been followed to their ends");
    let name = "diagram";
    for (const part of ["equilibria", "cycles", "curves"] as const) {
      if (!tables[part]) continue;
      const bytes = await engine.ask({ kind: "saveDiagram", part, format });
      if (!(bytes instanceof Uint8Array)) throw new TypeError("the bytes of a file were expected");
      saveAs(`${name}.${format}`, new Blob([Uint8Array.from(bytes)], { type: "application/octet-stream" }));
      name = "diagram.cycles";
    }
  }

  async #figure(format: "svg" | "png"): Promise<void> {
    const { tables } = this.#kept();
    const [{ diagram }, { pngOf, surface }] = await Promise.all([import("../figure/diagram.ts"), import("./figure-download.ts")]);
    const svg = diagram(surface, tables);
    saveAs(`diagram.${format}`, format === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await pngOf(svg));
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.#told.textContent = "";
    try {
      await work();
    } catch (error) {
      this.#told.textContent = `That did not work: ${failureOf(error).message}`;
    }
  }
}
