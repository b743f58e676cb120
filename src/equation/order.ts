import { MassgridError } from "../errors.ts";
import { type Expression, presentNames } from "./tree.ts";

/** A named expression that others may use. */
export interface Assignment {
  name: string;
  expression: Expression;
  /** Further names that it uses. */
  also?: readonly string[];
}

/** Assignments in an order in which each comes after those it uses; the order given is kept where it can be. Throws E_ALGEBRAIC_LOOP. */
export function inOrder(assignments: readonly Assignment[]): Assignment[] {
  const byName = new Map(assignments.map((assignment) => [assignment.name, assignment]));
  const done = new Set<string>();
  const ordered: Assignment[] = [];
  const visit = (assignment: Assignment, ring: readonly string[]): void => {
    if (done.has(assignment.name)) return;
    if (ring.includes(assignment.name)) throw loop([...ring.slice(ring.indexOf(assignment.name)), assignment.name]);
    for (const name of [...presentNames(assignment.expression), ...(assignment.also ?? [])]) {
      const used = byName.get(name);
      if (used) visit(used, [...ring, assignment.name]);
    }
    done.add(assignment.name);
    ordered.push(assignment);
  };
  for (const assignment of assignments) visit(assignment, []);
  return ordered;
}

function loop(ring: readonly string[]): MassgridError {
  const shown = ring.length > 12 ? [...ring.slice(0, 11), "…", ring[ring.length - 1]] : ring;
  const message = `the equations of ${shown.join(" → ")} need each other; make one of them a differential equation, or solve them by hand`;
  return new MassgridError([{ code: "E_ALGEBRAIC_LOOP", path: [], message }]);
}
