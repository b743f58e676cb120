/** The line that ends a section of these lines: a checksum of them. */
export function checksumOf(lines: readonly string[]): string;
/** What stands above the first section. */
export const introduction: readonly string[];
