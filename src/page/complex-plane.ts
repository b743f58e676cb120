import { extentOf, largestOf } from "../figure/scale.ts";
import { short } from "../quantity.ts";
import { set } from "./element.ts";

/** A number of two parts. */
export interface ComplexNumber {
  re: number;
  im: number;
}

/** Multipliers beyond this are drawn at the edge: next to homoclinic orbits they have many digits, and the unit circle would be a point. */
const FARTHEST = 2.5;
const SIZE = 168;
const MARGIN = 12;
const NAMESPACE = "http://www.w3.org/2000/svg";

/** Numbers in the complex plane: eigenvalues with the imaginary axis, which the stable ones lie left of; multipliers with the unit circle. */
export function complexPlane(values: readonly ComplexNumber[], kind: "eigenvalues" | "multipliers"): SVGSVGElement {
  const finite = values.filter(({ re, im }) => Number.isFinite(re + im));
  const extent = Math.max(kind === "multipliers" ? 1 : 1e-300, largestOf(extentOf(finite.flatMap(({ re, im }) => [re, im])) ?? [0, 0]));
  const reach = 1.15 * (kind === "multipliers" ? Math.min(FARTHEST, extent) : extent);
  const at = (value: number) => SIZE / 2 + (SIZE / 2 - MARGIN) * Math.max(-1, Math.min(1, value / reach));
  const isStable = ({ re, im }: ComplexNumber) => (kind === "eigenvalues" ? re < 0 : Math.hypot(re, im) < 1 + 1e-6);
  const label = finite.map(({ re, im }) => `${short(re)} ${im < 0 ? "−" : "+"} ${short(Math.abs(im))} i`).join(", ");
  const parts = [
    made("line", { x1: 0, x2: SIZE, y1: SIZE / 2, y2: SIZE / 2, class: "axis" }),
    made("line", { x1: SIZE / 2, x2: SIZE / 2, y1: 0, y2: SIZE, class: "axis" }),
    ...(kind === "multipliers" ? [made("circle", { cx: SIZE / 2, cy: SIZE / 2, r: at(1) - SIZE / 2, class: "axis unit-circle" })] : []),
    ...finite.map((value) => made("circle", { cx: at(value.re), cy: SIZE - at(value.im), r: 4, class: isStable(value) ? "in" : "out" })),
  ];
  const drawn = made("svg", {
    viewBox: `0 0 ${SIZE} ${SIZE}`,
    class: "complex",
    role: "img",
    "aria-label": `${kind} in the complex plane: ${label}`,
  });
  drawn.append(...parts);
  return drawn;
}

function made<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | number>,
): SVGElementTagNameMap[Name] {
  const node = document.createElementNS(NAMESPACE, name);
  for (const [attribute, value] of Object.entries(attributes)) set(node, attribute, value);
  return node;
}
