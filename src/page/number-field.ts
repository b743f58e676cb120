import { element, labelled, showValue } from "./element.ts";

export interface NumberField {
  element: HTMLElement;
  show(value: number): void;
}

/** What a number must be. */
export interface NumberWish {
  label: string;
  unit?: string;
  /** Whether a number will do; all finite ones, if not given. */
  accepts?: (value: number) => boolean;
  says?: string;
  change: (value: number) => void;
}

/** A number that is typed. What is no number is told by the field itself, and changes nothing. */
export function numberField({ label, unit = "", accepts = () => true, says = "a number", change }: NumberWish): NumberField {
  const input = element("input", { type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false" });
  input.addEventListener("input", () => {
    const value = readNumber(input.value);
    const isRight = value !== undefined && accepts(value);
    input.setCustomValidity(isRight ? "" : `${label} must be ${says}`);
    input.setAttribute("aria-invalid", String(!isRight));
    if (isRight) change(value);
  });
  input.addEventListener("change", () => input.reportValidity());
  return { element: labelled(label, input, unit), show: (value) => showValue(input, numberText(value)) };
}

/** A number as it is typed; undefined for what is none. */
export function readNumber(text: string): number | undefined {
  const trimmed = text.trim().replace("−", "-");
  const value = Number(trimmed);
  return trimmed === "" || !Number.isFinite(value) ? undefined : value;
}

/** A number so that it is read as the same again. */
export function numberText(value: number): string {
  return String(value);
}
