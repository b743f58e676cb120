// What the site's menu holds: pages of docs/ by their files' names, below headings.
export const contents = [
  { text: "Start", pages: ["install", "first-sweep", "gallery", "explorer"] },
  { text: "Coming from", pages: ["from-pyrates", "from-other-tools"] },
  { text: "Models", pages: ["own-model", "equations", "models", "states", "delays", "noise"] },
  { text: "Sweeps", pages: ["options", "solvers", "features", "edges", "arithmetic", "workers", "faq"] },
  { text: "Continuation", pages: ["continuation", "cycles"] },
  { text: "Large sweeps", pages: ["store", "streams", "shards", "queue", "cluster", "object-stores", "scale", "limits"] },
  { text: "Results", pages: ["results", "tables", "python", "r", "consumers"] },
  { text: "Reference", pages: ["api", "types", "command-line", "browser", "errors", "performance", "arithmetic-errors"] },
  { text: "Project", pages: ["reliability", "security", "reporting", "cite", "changelog", "contributing", "results-of-benches"] },
];
