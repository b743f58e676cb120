import { isDetached } from "../../check.ts";
import { Kept } from "../../kept.ts";
import { type CircuitTemplate, isPlainMatrix, type PlainMatrix, togetherIn } from "./template.ts";

/** Values that are looked at; a circuit of more takes longer to look at than a model may take to compile. */
const MOST_VALUES = 200_000;

/**
 * A text that two circuits have in common only if all that is in them is equal, places in files and the files' texts included: what a
 * circuit is now, whoever may have changed it since it was read. undefined for a circuit that has too much in it.
 */
export function contentOf(circuit: CircuitTemplate): string | undefined {
  const content = new Content();
  content.add(circuit);
  return content.text;
}

/** Numbers of matrices: equal ones have the same, as long as it is remembered. Nobody else has them, so that none ever changes. */
const numbers = new WeakMap<PlainMatrix, number>();
const byContent = new Kept<number>({ values: 32, letters: 16e6 });
let matrices = 0;

function numberOf(matrix: PlainMatrix): number {
  const known = numbers.get(matrix);
  if (known !== undefined) return known;
  const { place: _, ...values } = matrix;
  const content = new Content();
  content.add(values);
  const { text } = content;
  const number = (text === undefined ? undefined : byContent.get(text)) ?? ++matrices;
  if (text !== undefined) byContent.set(text, number);
  numbers.set(matrix, number);
  return number;
}

/** Writes values one after the other, so that no two lists of values have the same text; an object that is met again is its number. */
class Content {
  #text = "";
  #isWhole = true;
  readonly #numbers = new Map<object, number>();

  get text(): string | undefined {
    return this.#isWhole ? this.#text : undefined;
  }

  add(value: unknown): void {
    if (typeof value === "string") this.#text += `${value.length}"${value}`;
    else if (typeof value === "number") this.#text += Object.is(value, -0) ? "-0;" : `${value};`;
    else if (typeof value === "object" && value !== null) this.#object(value);
    else if (typeof value === "boolean" || value === undefined || value === null) this.#text += `${value};`;
    else this.#isWhole = false;
  }

  #object(value: object): void {
    const known = this.#numbers.get(value);
    if (known !== undefined) {
      this.#text += `#${known};`;
      return;
    }
    this.#numbers.set(value, this.#numbers.size);
    this.#isWhole &&= this.#numbers.size < MOST_VALUES;
    if (!this.#isWhole) return;
    const together = togetherIn(value);
    if (together) {
      const { edges: _, ...others } = Object.getOwnPropertyDescriptors(value);
      this.#list(
        "C",
        Object.entries(others).flatMap(([name, { value: each }]) => [name, each]),
      );
      for (const item of together) {
        if (isPlainMatrix(item)) this.#text += `X${numberOf(item)};`;
        this.add(isPlainMatrix(item) ? item.place : item);
      }
    } else if (isDetached(value)) this.#isWhole = false;
    else if (ArrayBuffer.isView(value)) this.#bytes(value);
    else if (Array.isArray(value)) this.#list("[", value);
    else if (value instanceof Map) this.#list("M", [...value].flat());
    else if (value instanceof Set) this.#list("S", [...value]);
    else {
      const entries = Object.entries(value);
      this.#text += `{${2 * entries.length};`;
      for (const [name, each] of entries) {
        this.add(name);
        this.add(each);
      }
    }
  }

  #list(kind: string, items: readonly unknown[]): void {
    this.#text += `${kind}${items.length};`;
    for (const item of items) this.add(item);
  }

  /** Latin letters of one byte each: every byte has its own. */
  #bytes({ buffer, byteOffset, byteLength, constructor: { name } }: ArrayBufferView): void {
    // Decoders take no memory that is shared.
    const bytes = new Uint8Array(buffer, byteOffset, byteLength).slice();
    this.#text += `${name}${byteLength};${new TextDecoder("latin1").decode(bytes)}`;
  }
}

/** A copy of plain objects, lists and maps that shares none of them, and in which those are one again that are one in the original. */
export function copyOf<Value>(value: Value): Value;
export function copyOf(value: unknown): unknown {
  const copies = new Map<unknown, unknown>();
  const copy = (of: unknown): unknown => {
    if (typeof of !== "object" || of === null) return of;
    const known = copies.get(of);
    if (known !== undefined) return known;
    if (Array.isArray(of)) return listed([], of);
    if (of instanceof Map) return mapped(new Map(), of);
    const made: Record<string, unknown> = {};
    copies.set(of, made);
    for (const [key, each] of Object.entries(of)) {
      Object.defineProperty(made, key, { value: copy(each), writable: true, enumerable: true, configurable: true });
    }
    return made;
  };
  const listed = (made: unknown[], of: readonly unknown[]) => {
    copies.set(of, made);
    for (const each of of) made.push(copy(each));
    return made;
  };
  const mapped = (made: Map<unknown, unknown>, of: ReadonlyMap<unknown, unknown>) => {
    copies.set(of, made);
    for (const [key, each] of of) made.set(key, copy(each));
    return made;
  };
  return copy(value);
}
