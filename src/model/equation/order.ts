import { MassgridError, sanitize } from "../../errors.ts";
import { type Expression, presentNames } from "./tree.ts";

/** A named expression that others may use. */
export interface Assignment {
  name: string;
  expression: Expression;
  /** Further names that it uses. */
  also?: readonly string[];
}

/** An assignment whose uses are being looked at. */
interface Visit {
  assignment: Assignment;
  uses: Iterator<string>;
}

/** Assignments in an order in which each comes after those it uses; the order given is kept where it can be. Throws E_ALGEBRAIC_LOOP. */
export function inOrder(assignments: readonly Assignment[]): Assignment[] {
  const byName = new Map(assignments.map((assignment) => [assignment.name, assignment]));
  const state = new Map<Assignment, "open" | "done">();
  const ordered: Assignment[] = [];
  // A chain may be longer than the stack is deep.
  const trail: Visit[] = [];
  const open = (assignment: Assignment) => {
    if (state.get(assignment) === "open") throw loop(trail, assignment.name);
    if (state.has(assignment)) return;
    state.set(assignment, "open");
    trail.push({ assignment, uses: [...presentNames(assignment.expression), ...(assignment.also ?? [])].values() });
  };
  for (const each of assignments) {
    open(each);
    for (let visit = trail.at(-1); visit; visit = trail.at(-1)) {
      const { value: name, done } = visit.uses.next();
      const used = done ? undefined : byName.get(name);
      if (used) open(used);
      if (!done) continue;
      state.set(visit.assignment, "done");
      ordered.push(visit.assignment);
      trail.pop();
    }
  }
  return ordered;
}

function loop(trail: readonly Visit[], name: string): MassgridError {
  const names = trail.map(({ assignment }) => assignment.name);
  const ring = [...names.slice(names.indexOf(name)), name];
  const shown = (ring.length > 12 ? [...ring.slice(0, 11), "…", name] : ring).map(sanitize);
  const message = `the equations of ${shown.join(" → ")} need each other; make one of them a differential equation, or solve them by hand`;
  return new MassgridError([{ code: "E_ALGEBRAIC_LOOP", path: [], message, variable: name }]);
}
