import { sanitize } from "../errors.ts";
import { DEFAULTS } from "../options/defaults.ts";
import { Terminated, UsageError } from "./usage.ts";

/** Seconds that --grace asks for. */
export function graceOf(text: string | undefined): number {
  if (text === undefined) return DEFAULTS.shards.grace;
  if (/^\d{1,6}(\.\d+)?$/.test(text)) return Number(text);
  throw new UsageError(
    `--grace ${sanitize(text)}: it is a number of seconds, such as ${DEFAULTS.shards.grace}; 0 drops the shard in hand at once`,
  );
}

/** A signal that SIGTERM and an interrupt abort. A second one ends the process at once, as nobody listens any more. */
export function stopOnSignals(interrupted: AbortSignal): { signal: AbortSignal; end: () => void } {
  const stop = new AbortController();
  const kept = "shards that are done are kept, and the same call goes on";
  const onTerm = () => stop.abort(new Terminated(`stopped by SIGTERM; ${kept}`));
  const onInterrupt = () => stop.abort(new Error(`stopped; ${kept}`));
  process.once("SIGTERM", onTerm);
  interrupted.addEventListener("abort", onInterrupt);
  return {
    signal: stop.signal,
    end: () => {
      process.off("SIGTERM", onTerm);
      interrupted.removeEventListener("abort", onInterrupt);
    },
  };
}
