import type { Table } from "apache-arrow";
import type { BranchProgress } from "../options/continuation.ts";

/** Tells who asked for it how far branches have come; `tableOf` makes their table. */
export function toldOf<Branch extends { rows: readonly unknown[] }>(
  onProgress: ((progress: BranchProgress) => void) | undefined,
  tableOf: (branches: Branch[]) => Table,
): ((branches: () => Branch[]) => void) | undefined {
  if (!onProgress) return undefined;
  return (of) => {
    const branches = of();
    const points = branches.reduce((sum, { rows }) => sum + rows.length, 0);
    onProgress({ branches: branches.length, points, table: () => tableOf(branches) });
  };
}
