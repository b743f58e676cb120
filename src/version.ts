/** The package's version. Stored sweeps have it in their manifest: another version may compute other bits. */
export const version = "0.1.0";
