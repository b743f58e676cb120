import { type OpenFile, TemplateReader } from "../template/read.ts";
import { checkInside } from "../template/reference.ts";
import type { CircuitTemplate } from "../template/template.ts";
import { isBundled, openBundled } from "./index.ts";

/** How templates that are no files of this machine find each other. */
export interface TemplatesFromYamlOptions {
  /** The YAML text of another file that a template refers to, by its path in slash form without the template's name. */
  resolve?: (file: string) => string | undefined;
  /** What messages call the text; "templates.yaml" if not given. */
  name?: string;
}

/**
 * Reads all circuits of a YAML text in PyRates' grammar, by name; any of them can be a `circuitTemplate`. Nothing is read but
 * the text, the bundled templates it refers to, and what `resolve` returns. Throws a MassgridError with file, line and column.
 */
export function templatesFromYaml(text: string, options: TemplatesFromYamlOptions = {}): Record<string, CircuitTemplate> {
  const { resolve, name = "templates.yaml" } = options;
  const open: OpenFile = (file) => {
    if (isBundled(file)) return openBundled(file);
    checkInside(file, "the model's folder");
    const found = resolve?.(file);
    return found === undefined ? undefined : { key: file, name: file, text: found };
  };
  return Object.fromEntries(new TemplateReader(open).circuits(name, name, text));
}
