import { sanitize } from "../../errors.ts";
import { UsageError } from "../usage.ts";

/** Waits for a while. Throws the signal's reason once it is aborted. */
export async function pause(signal: AbortSignal, ms: number): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
  signal.throwIfAborted();
}

/** A whole number that an option gives, from 1 on. */
export function wholeOf<Other>(name: string, text: string | undefined, other: Other): number | Other {
  if (text === undefined) return other;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`${name} ${sanitize(text)}: it is a whole number from 1 on`);
}
