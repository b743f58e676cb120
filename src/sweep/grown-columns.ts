import { type Column, column, DIRECTION, LEVEL } from "./columns.ts";

/** How often the distance of neighbours was halved for a point: 0 for those of the grid. */
export function levelColumn(): Column {
  return column(LEVEL, "level", { refined: "level" }, "integer");
}

/** "up" or "down": along which values of a key a point was reached. */
export function directionColumn(key: string): Column {
  return column(DIRECTION, "direction", { followed: key }, "text");
}

/** Roles of columns that points of a grid differ in. */
const telling: readonly Column["role"][] = ["feature", "status", "failedAt", "failedVariable", "cost", "state"];

/** Whether a column of the map may tell neighbours apart. */
export function isTelling({ role }: Pick<Column, "role">): boolean {
  return telling.includes(role);
}

/** The feature that a column is of. */
export function featureOf({ metadata }: Pick<Column, "metadata">): string | undefined {
  return metadata.get("feature");
}
