import { sanitize } from "../errors.ts";
import { UsageError } from "./usage.ts";

/** A whole number that an option gives, within its bounds; undefined where it is not given. Throws a UsageError for anything else. */
export function wholeOption(
  name: string,
  text: string | undefined,
  { least = 1, most = 999_999 }: { least?: number; most?: number } = {},
): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw new UsageError(`${name} ${sanitize(text)}: it is a whole number from ${least} to ${most}`);
}
