import { isRecord, kindOf } from "../../check.ts";
import { MassgridError, sanitize } from "../../errors.ts";
import { type OpenFile, TemplateReader } from "../template/read.ts";
import { checkInside } from "../template/reference.ts";
import type { CircuitTemplate } from "../template/template.ts";
import { openBundled } from "./index.ts";

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
  const { resolve, name = "templates.yaml" } = checkCall(text, options);
  const open: OpenFile = (file) => {
    checkInside(file, "the model's folder");
    const bundled = openBundled(file);
    const found: unknown = bundled ? undefined : resolve?.(file);
    if (found === undefined || found === null) return bundled;
    if (typeof found !== "string") throw wrongKind(`resolve must return the text of "${sanitize(file)}", or undefined`, found);
    return { key: `file ${file}`, name: file, text: found };
  };
  return Object.fromEntries(new TemplateReader(open).circuits("", name, text));
}

/** A caller in JavaScript may give anything. */
function checkCall(text: unknown, options: TemplatesFromYamlOptions): TemplatesFromYamlOptions {
  const given: unknown = options;
  if (typeof text !== "string") throw wrongKind("templatesFromYaml takes the text of a file of templates", text);
  if (!isRecord(given)) throw wrongKind("the options of templatesFromYaml are { name, resolve }", given);
  const { resolve, name } = given;
  if (resolve !== undefined && typeof resolve !== "function") throw wrongKind("resolve must be a function", resolve);
  if (name !== undefined && typeof name !== "string") throw wrongKind("name must be text", name);
  return options;
}

function wrongKind(says: string, found: unknown): MassgridError {
  return new MassgridError([{ code: "E_TYPE", path: [], message: `${says}, but ${kindOf(found)} was found` }]);
}
