import { kindOf } from "../check.ts";
import { refusal } from "../errors.ts";

/** Throws E_TYPE where a function of the package that takes an Arrow Table, of whichever copy of the library, is given something else. */
export function checkTable(called: string, table: unknown, parameter = "table"): void {
  if (hasSchema(table) && "batches" in table && "getChild" in table && typeof table.getChild === "function") return;
  throw refusal("E_TYPE", `${called} takes an Arrow Table, but ${kindOf(table)} was found`, { path: [parameter] });
}

/** The same where columns alone are read. */
export function checkSchema(called: string, table: unknown): void {
  if (hasSchema(table)) return;
  throw refusal("E_TYPE", `${called} takes an Arrow Table, or an object with its schema, but ${kindOf(table)} was found`, {
    path: ["table"],
  });
}

function hasSchema(table: unknown): table is object {
  if (typeof table !== "object" || table === null || !("schema" in table)) return false;
  const { schema } = table;
  return typeof schema === "object" && schema !== null && "fields" in schema && Array.isArray(schema.fields);
}
