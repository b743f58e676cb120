// docs/consumers.md: what each consumer was asked, and has answered rightly.
import { type Consumer, questions } from "../list.ts";
import type { Found } from "./run.ts";

const tables = Object.entries(questions);
const forms = { arrow: "Arrow", parquet: "Parquet" };

const head = `# Who reads the files

Tables of \`gridSearch\` in the layouts wide and long, their maps, tables of \`acrossReplicates\`, and stored sweeps, each as Arrow and as
Parquet, with traces of 64 and of 32 bits, in the hands of those who read them. Each is asked about a sweep of two keys with replicates, one point of which fails, what it can
be asked, and must have the numbers that massgrid itself has:

- **mean**: the mean of an output by key;
- **best**: the point, or of \`acrossReplicates\` the grid values, with the largest feature;
- **join**: rows and mean of the traces of points that are \`ok\`, by a join of traces and map;
- **filter**: rows and mean where a grid key has a value;
- **failed**: the keys of points that failed.

\`npm run test:consumers\` asks, and writes this page. Drivers are in the repository's folder \`consumers\`.
`;

export interface Asked {
  consumer: Consumer;
  found: Found;
}

/** The page of all that were asked, every answer of whom is right. */
export function pageOf(asked: readonly Asked[]): string {
  const parts = Object.entries(forms).map(([form, name]) => {
    const rows = asked.flatMap(({ consumer, found: { version, answers } }) => {
      const about = answers[form];
      if (!about) return [];
      const cells = tables.map(
        (table) =>
          Object.keys(about[table] ?? {})
            .map((question) => (question === "across" ? "best" : question))
            .join(", ") || "–",
      );
      return [`| ${[consumer.name, version, ...cells, consumer.note ?? ""].join(" | ")} |`];
    });
    return [
      `## ${name}`,
      "",
      `| consumer | version | ${tables.map(([table]) => table).join(" | ")} | |`,
      `|${"---|".repeat(tables.length + 3)}`,
      ...rows,
      "",
    ].join("\n");
  });
  return [head, ...parts].join("\n");
}
