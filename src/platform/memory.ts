/** Share of the memory available that results may take. */
const SHARE = 0.8;
/** What is assumed where the platform does not tell, and the most that a page can have: browsers. */
const UNKNOWN = 4e9;

interface ProcessLike {
  availableMemory?: () => number;
}

/**
 * Memory that results may take, in bytes: 80 % of what Node says is available, where limits of control groups count, or of what a
 * browser tells of the device.
 */
export function memoryBudget(): number {
  const host: { process?: ProcessLike } = globalThis;
  const available = host.process?.availableMemory?.();
  if (available !== undefined && available > 0) return SHARE * available;
  const device: unknown = typeof navigator === "object" && "deviceMemory" in navigator && navigator.deviceMemory;
  return SHARE * (typeof device === "number" ? Math.min(UNKNOWN, device * 2 ** 30) : UNKNOWN);
}
