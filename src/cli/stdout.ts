import { messageOf } from "./usage.ts";

/** The exit code of what ends since nobody reads what it prints: 128 and the number of SIGPIPE, as shells tell of others. */
export const CLOSED = 141;
const FAILED = 1;

/** Ends the process where what it prints cannot be written: quietly where the reader has left, else with a line that says why. */
export function endWithOutput(): void {
  process.stdout.on("error", (error) => {
    if (isClosed(error)) process.exit(CLOSED);
    console.error(`massgrid: stdout cannot be written: ${messageOf(error)}`);
    process.exit(FAILED);
  });
  process.stderr.on("error", (error) => process.exit(isClosed(error) ? CLOSED : FAILED));
}

function isClosed(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}

/** Writes bytes to stdout; resolves when they are written, so that a slow reader holds up who makes them. */
export async function writeOut(bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
