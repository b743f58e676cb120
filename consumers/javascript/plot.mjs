import { readFileSync } from "node:fs";
import * as Plot from "@observablehq/plot";
import { tableFromIPC } from "apache-arrow";
import { acrossFeature, chosen, feature, keys, run, versionOf } from "./ask.mjs";

/** What a mark would draw: the values of its channels, of one facet. */
function drawn(mark) {
  const { channels, facets } = mark.initialize();
  return { at: Array.from(facets[0]), value: (name) => channels[name].value };
}

const read = ([path]) => tableFromIPC(readFileSync(path));

/** Tables of Arrow as the data of marks; it does not join, and reads no store of several files. */
const plot = {
  noStore: true,
  load: read,
  wide: (table) =>
    Object.fromEntries(
      keys.map((key) => {
        const { at, value } = drawn(Plot.dot(table, Plot.groupZ({ y: "mean" }, { y: `V/${key}` })));
        return [key, value("y")[at[0]]];
      }),
    ),
  mean(table) {
    const { at, value } = drawn(Plot.dot(table, Plot.groupX({ y: "mean" }, { x: "key", y: "V" })));
    return Object.fromEntries(at.map((i) => [value("x")[i], value("y")[i]]));
  },
  filter(table) {
    const options = { x: "C", y: "V", filter: (row) => row.C === chosen };
    const [count, mean] = ["count", "mean"].map((reducer) => {
      const { at, value } = drawn(Plot.dot(table, Plot.groupX({ y: reducer }, options)));
      return value("y")[at[0]];
    });
    return { rows: count, mean };
  },
  best(map) {
    const { at, value } = drawn(Plot.dot(map, Plot.selectMaxY({ x: "key", y: feature })));
    return { key: value("x")[at[0]], value: value("y")[at[0]] };
  },
  across(table) {
    const { at, value } = drawn(Plot.dot(table, Plot.selectMaxY({ x: "C", r: "tau", y: acrossFeature })));
    return { C: value("x")[at[0]], tau: value("r")[at[0]], value: value("y")[at[0]] };
  },
  failed(map) {
    const { at, value } = drawn(
      Plot.dot(
        map,
        Plot.filter((row) => row.status !== "ok", { x: "key" }),
      ),
    );
    return at.map((i) => value("x")[i]);
  },
};
await run(versionOf("@observablehq/plot"), { arrow: plot });
