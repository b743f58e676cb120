/** Share of the memory available that results may take. */
const SHARE = 0.8;
/** What is assumed where the platform does not tell: browsers. */
const UNKNOWN = 4e9;

interface ProcessLike {
  availableMemory?: () => number;
  constrainedMemory?: () => number | undefined;
}

/** Memory that results may take, in bytes: 80 % of what Node says is available, control groups included. */
export function roomForResults(): number {
  const host: { process?: ProcessLike } = globalThis;
  const available = host.process?.availableMemory?.();
  return SHARE * (available !== undefined && available > 0 ? available : UNKNOWN);
}
