import { isPlain, kindOf } from "../../check.ts";
import { MassgridError, refusal, sanitize } from "../../errors.ts";
import { Kept } from "../../kept.ts";
import { groupBy } from "../../lists.ts";
import { nearest } from "../../nearest.ts";
import { copyOf } from "../template/content.ts";
import { headlineOf } from "../template/facts.ts";
import { OpenedFiles, openingOnce } from "../template/opened.ts";
import { checkInside, type OpenFile, TemplateReader } from "../template/read.ts";
import type { AnyTemplate, CircuitTemplate } from "../template/template.ts";
import { bundledCircuits, openBundled } from "./index.ts";

/** Reads templates: those that are bundled, and others of files that `openFile` opens. */
export function templateReader(openFile: OpenFile): TemplateReader {
  return new TemplateReader((file, from) => openBundled(file) ?? openFile(file, from));
}

/** The circuit of a path. Throws E_UNKNOWN_TEMPLATE with the nearest path, E_TEMPLATE_KIND for a template of another kind, and what is wrong in its files. */
export function readCircuitOfPath(path: string, openFile: OpenFile): CircuitTemplate {
  let template: AnyTemplate;
  try {
    template = templateReader(openFile).template(path);
  } catch (error) {
    const isUnknown = error instanceof MassgridError && error.code === "E_UNKNOWN_TEMPLATE" && error.problems[0].source === undefined;
    throw isUnknown ? unknownTemplate(path, error.problems[0].message) : error;
  }
  if (template.kind === "CircuitTemplate") return template;
  const article = template.kind === "NodeTemplate" ? "a" : "an";
  const message = `${sanitize(path)} is ${article} ${template.kind}, but a CircuitTemplate is needed here`;
  throw refusal("E_TEMPLATE_KIND", message);
}

/** A template's own name, without its package, is as good a hint as its whole path. */
function unknownTemplate(path: string, why: string): MassgridError {
  const known = bundledCircuits();
  const dotted = path.replaceAll("/", ".");
  const last = (name: string) => name.split(".").at(-1)?.toLowerCase();
  const suggestion = known.find((name) => last(name) === last(dotted)) ?? nearest(dotted, known);
  const hint =
    suggestion === undefined ? "bundled are, among others, those of PyRates under their own paths" : `did you mean ${suggestion}?`;
  const message = `unknown template ${sanitize(path)}: ${why}; ${hint}`;
  return refusal("E_UNKNOWN_TEMPLATE", message, { suggestion });
}

/** A circuit that comes with the package, as a list of models has it. */
export interface BundledModel {
  /** What `circuitTemplate` takes, in dot form. */
  path: string;
  name: string;
  /** `Family:` of its description. */
  family: string;
  /** First line of its description. */
  headline: string;
  /** Whether it is there for tests and tutorials, and no model of the field. */
  isTestResource: boolean;
}

/** Files whose circuits stand apart. */
const APART = /\.(?:test_resources|CNS_2019_Tutorial)\./;

/** All circuits that come with the package: those of a family together, test resources last. */
export function bundledModels(): BundledModel[] {
  return bundledTemplates().map(({ path, circuit: { name, description, facts }, isTestResource }) => {
    return { path, name, family: facts?.family ?? "", headline: headlineOf(description), isTestResource };
  });
}

/** As bundledModels, with the circuits. */
export function bundledTemplates(): (Pick<BundledModel, "path" | "isTestResource"> & { circuit: CircuitTemplate })[] {
  const reader = templateReader(() => undefined);
  const models = bundledCircuits().flatMap((path) => {
    const circuit = reader.template(path);
    return circuit.kind === "CircuitTemplate" ? [{ path, circuit, isTestResource: APART.test(path) }] : [];
  });
  const families = [...groupBy(models, ({ circuit, isTestResource }) => `${isTestResource} ${circuit.facts?.family}`).values()];
  const those = (last: boolean) => families.filter(([model]) => model.isTestResource === last).flat();
  return [...those(false), ...those(true)];
}

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
  const opening: OpenFile = (file) => {
    checkInside(file, "the model's folder");
    const bundled = openBundled(file);
    const found: unknown = bundled ? undefined : resolve?.(file);
    if (found === undefined || found === null) return bundled;
    if (typeof found !== "string") throw wrongKind(`resolve must return the text of "${sanitize(file)}", or undefined`, found);
    return { key: `file ${file}`, name: file, text: found };
  };
  const open = openingOnce(opening);
  const key = JSON.stringify([name, text]);
  const known = keptTexts.get(key);
  if (known?.files.areUnchanged(open)) return copyOf(known.circuits);
  const files = new OpenedFiles();
  const circuits = Object.fromEntries(new TemplateReader(files.noting(open)).circuits("", name, text));
  keptTexts.set(key, { files, circuits });
  return copyOf(circuits);
}

/** Circuits of texts, with the other files that they refer to. Callers get copies, which they may change. */
const keptTexts = new Kept<{ files: OpenedFiles; circuits: Record<string, CircuitTemplate> }>({ values: 32, letters: 2e6 });

/** A caller in JavaScript may give anything. */
function checkCall(text: unknown, options: TemplatesFromYamlOptions): TemplatesFromYamlOptions {
  const given: unknown = options;
  if (typeof text !== "string") throw wrongKind("templatesFromYaml takes the text of a file of templates", text);
  if (!isPlain(given)) throw wrongKind("the options of templatesFromYaml are { name, resolve }", given);
  const { resolve, name } = given;
  if (resolve !== undefined && typeof resolve !== "function") throw wrongKind("resolve must be a function", resolve);
  if (name !== undefined && typeof name !== "string") throw wrongKind("name must be text", name);
  return options;
}

function wrongKind(says: string, found: unknown): MassgridError {
  return refusal("E_TYPE", `${says}, but ${kindOf(found)} was found`);
}
