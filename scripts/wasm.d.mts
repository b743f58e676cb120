/** An instruction: its opcode, its number behind a prefix, and where its bytes begin and end. */
export interface Instruction {
  op: number;
  sub: number | undefined;
  start: number;
  end: number;
}
export function instructions(bytes: Uint8Array, start: number, end: number): Instruction[];
/** The bodies of a module's functions: where the code of each begins and ends. */
export function functionsOf(bytes: Uint8Array): { start: number; end: number }[];
