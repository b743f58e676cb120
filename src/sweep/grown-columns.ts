import { type Column, column, DIRECTION, LEVEL } from "./columns.ts";

/** How often the distance of neighbours was halved for a point: 0 for those of the grid. */
export function levelColumn(): Column {
  return column(LEVEL, "level", { refined: "level" }, "integer");
}

/** "up" or "down": along which values of a key a point was reached. */
export function directionColumn(key: string): Column {
  return column(DIRECTION, "direction", { followed: key }, "text");
}
