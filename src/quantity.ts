/** Prefixes and their sizes. */
const prefixes: readonly [number, string][] = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
  [1, ""],
  [1e-3, "m"],
  [1e-6, "µ"],
  [1e-9, "n"],
];

/** Units that take prefixes, and the largest of them: 100 s are not 0.1 ks. */
const prefixable: Record<string, number> = { V: 1e9, A: 1e9, Hz: 1e9, s: 1 };

/** The prefix with which numbers up to `largest` read best, for units that take prefixes: 0.02 V → mV. */
export function prefixed(largest: number, unit: string): { scale: number; unit: string } {
  if (!Object.hasOwn(prefixable, unit)) return { scale: 1, unit };
  const [scale, prefix] = prefixes.find(([size]) => largest >= size && size <= prefixable[unit]) ?? [1, ""];
  return { scale, unit: `${prefix}${unit}` };
}

/** Four significant digits, without trailing zeros; an en dash for what is not a number. */
export function short(value: number): string {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return String(Number(value.toPrecision(4)));
}

/** Numbers from this to that are written as they are; others with a power of ten beside the unit. */
const PLAIN = { from: 0.01, below: 1e5 };

/** No smaller power of ten stands beside a unit: its reciprocal must be a number too. */
const LEAST_EXPONENT = -300;

/** As `prefixed`, of a unit that has a prefix already, where numbers in it are too small or too large to read: 2e-6 mV → nV. */
function prefixedAnew(largest: number, unit: string): { scale: number; unit: string } | undefined {
  const [, prefix, base] = /^([GMkmµn])(V|A|Hz|s)$/.exec(unit) ?? [];
  const own = prefixes.find(([, name]) => name === prefix)?.[0];
  if (own === undefined || isPlain(largest)) return undefined;
  const { scale, unit: name } = prefixed(largest * own, base);
  return isPlain((largest * own) / scale) ? { scale: Number((scale / own).toPrecision(12)), unit: name } : undefined;
}

function isPlain(size: number): boolean {
  return size >= PLAIN.from && size < PLAIN.below;
}

/** As `prefixed`, with a power of ten where no prefix fits: 7e-4 V^2/Hz → scale 1e-3, unit "10⁻³ V²/Hz". */
export function scaled(largest: number, unit: string): { scale: number; unit: string } {
  const { scale, unit: name } = prefixedAnew(largest, unit) ?? prefixed(largest, unit);
  const size = largest / scale;
  const written = unitText(name);
  if (!(size > 0) || !Number.isFinite(size) || isPlain(size)) return { scale, unit: written };
  const exponent = Math.max(LEAST_EXPONENT, 3 * Math.floor((Math.log10(largest) + 0.5) / 3));
  return { scale: Number(`1e${exponent}`), unit: `${powerOfTen(exponent)} ${unitText(unit)}`.trim() };
}

/** A number with its unit: "2.5 mV". */
export function amountText(value: number, unit: string): string {
  const { scale, unit: name } = prefixedAnew(Math.abs(value), unit) ?? prefixed(Math.abs(value), unit);
  const [digits, exponent] = short(value / scale).split("e");
  const power = exponent === undefined ? "" : `·${powerOfTen(Number(exponent))}`;
  return `${digits.replace("-", "−")}${power} ${unitText(name)}`.trim();
}

/** A unit as it is printed: V^2/Hz → V²/Hz; nothing for 1. */
export function unitText(unit: string): string {
  if (unit === "1") return "";
  return unit.replaceAll(/\^(-?\d+)/g, (_, digits: string) => raised(digits)).replaceAll("*", "·");
}

/** 10⁻⁶ */
export function powerOfTen(exponent: number): string {
  return `10${raised(String(exponent))}`;
}

function raised(digits: string): string {
  return [...digits].map((digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)])).join("");
}

/** A name with its unit: "V_std (mV)". */
export function labelled(name: string, unit: string): string {
  return unit === "" ? name : `${name} (${unit})`;
}
