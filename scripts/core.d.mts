/** Modules that the build makes: build/<name>.wasm. */
export const modules: Record<string, { entry: string; embed?: string }>;
/** Ids of the sections of a wasm module. */
export function sections(bytes: Uint8Array): number[];
export function buildCore(): Promise<void>;
