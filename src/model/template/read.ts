import { MassgridError, refusal, sanitize } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { readCircuit } from "./circuit.ts";
import { checkLetters, type Definition, mapOf, NODE_NAME, textOf } from "./definition.ts";
import { readNode } from "./node.ts";
import { readOperator } from "./operator.ts";
import { Budget } from "./size.ts";
import { faultAt, type Place, within } from "./source.ts";
import type { AnyTemplate, CircuitTemplate, TemplateKind } from "./template.ts";
import { Together } from "./together.ts";
import { type MapValue, readYaml } from "./yaml.ts";

/** A file of templates: `key` tells it from all others. */
export interface OpenedFile {
  key: string;
  name: string;
  text: string;
}

/** Opens the file (slash form, with or without extension) that a template of the file `from` refers to; throws where it must not. */
export type OpenFile = (file: string, from: string | undefined) => OpenedFile | undefined;

const kinds: readonly TemplateKind[] = ["OperatorTemplate", "NodeTemplate", "EdgeTemplate", "CircuitTemplate"];
const MOST_DEPTH = 100;

/** Reads templates with all that they refer to. Each is read once. */
export class TemplateReader {
  readonly #open: OpenFile;
  readonly #budget = new Budget();
  readonly #files = new Map<string, MapValue>();
  readonly #done = new Map<string, AnyTemplate>();
  /** What is wrong with templates that cannot be read: told again wherever they are referred to. */
  readonly #failed = new Map<string, MassgridError>();
  /** Templates that are being read: each refers to the next. */
  readonly #trail: { key: string; name: string }[] = [];

  constructor(open: OpenFile) {
    this.#open = open;
  }

  /** The template of a path such as `dir/file/Template`, in Windows' form too. */
  template(path: string): AnyTemplate {
    return this.#find(path.replaceAll("\\", "/"), undefined, undefined);
  }

  /** All circuits of a text. */
  circuits(key: string, name: string, text: string): Map<string, CircuitTemplate> {
    const file = this.#parsed({ key, name, text });
    const found = new Map<string, CircuitTemplate>();
    const faults = new Together();
    for (const [template, { key: place, value }] of file.entries) {
      if (value.kind !== "map" || !value.entries.has("base")) continue;
      const read = faults.attempt(() => this.#read({ file: key, name: template, place, entries: value.entries }));
      if (read?.kind === "CircuitTemplate") found.set(template, read);
    }
    faults.throwIfAny();
    return found;
  }

  #parsed({ key, name, text }: OpenedFile): MapValue {
    const known = this.#files.get(key);
    if (known) return known;
    const file = readYaml(name, text);
    this.#budget.read(text);
    this.#files.set(key, file);
    return file;
  }

  #find(reference: string, from: Definition | undefined, place: Place | undefined): AnyTemplate {
    const there = <Result>(work: () => Result) => (place ? within(place, work) : work());
    const { file, name } = there(() => parseReference(reference));
    const opened = file === "" ? from && { key: from.file, name: "", text: "" } : there(() => this.#open(file, from?.file));
    if (!opened) return unknown(place, `no file of templates is found for "${sanitize(reference)}"`, undefined);
    const content = there(() => this.#parsed(opened));
    const item = content.entries.get(name);
    if (!item) {
      const suggestion = nearest(name, content.entries.keys());
      const hint = suggestion === undefined ? "" : `; did you mean ${sanitize(suggestion)}?`;
      return unknown(place, `${content.place.file.name} has no template ${sanitize(name)}${hint}`, suggestion);
    }
    return this.#read({ file: opened.key, name, place: item.key, entries: mapOf(item.value, "a template, { base: ... },") });
  }

  #read(definition: Definition): AnyTemplate {
    const key = `${definition.file} ${definition.name}`;
    const known = this.#done.get(key);
    if (known) return known;
    const failed = this.#failed.get(key);
    if (failed) throw failed;
    this.#checkTrail(key, definition);
    this.#trail.push({ key, name: definition.name });
    try {
      const template = this.#make(definition);
      this.#done.set(key, template);
      return template;
    } catch (error) {
      if (error instanceof MassgridError) this.#failed.set(key, error);
      throw error;
    } finally {
      this.#trail.pop();
    }
  }

  #checkTrail(key: string, { name, place }: Definition): void {
    const start = this.#trail.findIndex((each) => each.key === key);
    if (start >= 0) {
      const ring = [...this.#trail.slice(start).map((each) => each.name), name].map(sanitize).join(" → ");
      faultAt(place, "E_TEMPLATE_CYCLE", `the templates ${ring} refer to each other in a ring`);
    }
    if (this.#trail.length < MOST_DEPTH) return;
    const chain = this.#trail.slice(0, 5).map((each) => sanitize(each.name));
    faultAt(place, "E_EXPANSION_LIMIT", `${chain.join(" → ")} → … refer to each other more than ${MOST_DEPTH} deep`);
  }

  #make(definition: Definition): AnyTemplate {
    const { entries, place, name } = definition;
    checkLetters(name, place, NODE_NAME);
    const base = entries.get("base")?.value;
    if (!base)
      return faultAt(place, "E_TEMPLATE_BASE", `${sanitize(name)} has no base; it is ${kinds.join(", ")} or the name of a template`);
    const reference = textOf(base, "a base");
    const bare = kinds.find((kind) => kind === reference);
    const parent = bare ? undefined : this.#find(reference, definition, base.place);
    if (parent) within(base.place, () => this.#budget.inherit(parent, entries.get("equations")?.value.kind === "map"));
    const given = entries.get("description")?.value;
    const description = given?.kind === "scalar" && typeof given.value === "string" ? given.value : "";
    return this.#ofKind(bare ?? parent?.kind ?? "OperatorTemplate", definition, description, parent);
  }

  #ofKind(kind: TemplateKind, definition: Definition, description: string, parent: AnyTemplate | undefined): AnyTemplate {
    const resolve = (reference: string, from: Definition, place: Place) => this.#find(reference, from, place);
    if (kind === "OperatorTemplate") return readOperator(definition, description, parent?.kind === "OperatorTemplate" ? parent : undefined);
    if (kind === "CircuitTemplate")
      return readCircuit(definition, description, parent?.kind === "CircuitTemplate" ? parent : undefined, resolve);
    const ofNode = parent?.kind === "NodeTemplate" || parent?.kind === "EdgeTemplate" ? parent : undefined;
    return readNode(definition, description, { kind, parent: ofNode }, resolve);
  }
}

function unknown(place: Place | undefined, message: string, suggestion: string | undefined): never {
  if (place) return faultAt(place, "E_UNKNOWN_TEMPLATE", message, { suggestion });
  throw refusal("E_UNKNOWN_TEMPLATE", message, { suggestion });
}

/** Where a template is: a file, or "" for the same file, and its name there. */
export interface Reference {
  file: string;
  name: string;
}

/**
 * Reads a reference: `Template` of the same file, `package.module.Template`, `path/to/file/Template` or
 * `path/to/file.yaml/Template`. The file is given in slash form. Throws E_PATH_SCHEME, E_PATH_OUTSIDE, E_REFERENCE.
 */
export function parseReference(text: string): Reference {
  if (/^\s*[A-Za-z][A-Za-z0-9+.-]*:/.test(text) && !/^[A-Za-z]:[\\/]/.test(text)) {
    throw refusal("E_PATH_SCHEME", `"${sanitize(text)}" names a scheme; templates are read from files only: path/to/file/Template`);
  }
  if (text.includes("\\")) throw refusal("E_PATH_OUTSIDE", `"${sanitize(text)}" has a backslash; paths of templates are written with /`);
  if (/\.ya?ml$/i.test(text))
    throw refusal("E_REFERENCE", `"${sanitize(text)}" names a file, and no template in it; write "${sanitize(text)}/Template"`);
  const slash = text.lastIndexOf("/");
  const dot = text.lastIndexOf(".");
  const at = slash >= 0 ? slash : dot;
  const name = text.slice(at + 1);
  if (name === "" || at === 0)
    throw refusal("E_REFERENCE", `"${sanitize(text)}" does not name a template; write path/to/file/Template or package.module.Template`);
  if (at < 0) return { file: "", name };
  const file = text.slice(0, at);
  return { file: slash >= 0 ? file : file.replaceAll(".", "/"), name };
}

/** Refuses paths that a file of templates must not name: absolute ones, and those that climb out of a folder. */
export function checkInside(file: string, root: string): void {
  const absolute = /^[/\\]|^[A-Za-z]:/.test(file);
  const climbs = file.split(/[/\\]/).some((part) => part === "..") || /%2e|%2f|%5c|\\/i.test(file) || file.includes("\0");
  if (!absolute && !climbs) return;
  const message = `"${sanitize(file)}" leads out of the model's folder; templates may refer to files in ${sanitize(root)} only`;
  throw refusal("E_PATH_OUTSIDE", message);
}
