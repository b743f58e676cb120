/** Files whose @unmanaged classes TypeScript writes or reads. */
export const structFiles: readonly string[];
/** The @unmanaged classes of a source, and its exported numbers. */
export function declarationsOf(source: string): {
  structs: { name: string; fields: { name: string; type: string }[] }[];
  constants: { name: string; value: number }[];
};
