// What was measured, as rows of results.md.
import { row } from "../support/measure.mjs";

const ms = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2));
const volts = (value) => (value === 0 ? "same bits" : value.toExponential(0));

/** The plain calls of massgrid by their Node, this one first. */
const plainOf = (all) => all.filter(({ peer }) => peer.isPlain);

/** A line for each reason, with the peers that gave it. */
function notThere(failed) {
  const reasons = new Map();
  for (const { peer, why } of failed) {
    const reason = why.split("; ", 1)[0];
    reasons.set(reason, [...(reasons.get(reason) ?? []), peer.name]);
  }
  return [...reasons].map(([reason, names]) => `- ${names.join("; ")}: ${reason}`);
}

/** A table of one case: a row a peer; ratios are those of massgrid's plain call on each Node over the peer's. */
export function tableOf({ question, kind }, { all, failed }) {
  const ours = plainOf(all);
  const ratios = (found) => ours.map(({ cpu }) => (cpu / found.cpu).toFixed(2));
  const difference = kind === "adaptive" ? "error, V" : "difference, V";
  const head = [
    "peer",
    ...ours.map(({ peer }) => `Node ${peer.node.split(".")[0]} over it`),
    ...["warm, ms", "first call, ms", "process, ms", "memory, MiB", difference],
  ];
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const rows = all.map((found) => [
    found.peer.name,
    ...ratios(found),
    ...[ms(found.cpu), ms(found.first), ms(found.whole), found.peak?.toFixed(0) ?? "", volts(found.difference)],
  ]);
  const lines = [`### ${question}`, "", line(head), line(head.map(() => "---")), ...rows.map(line)];
  return failed.length > 0 ? [...lines, "", "Not there:", "", ...notThere(failed)] : lines;
}

/** What the package has to reach beside a peer, at several sizes: a row a Node and variant, judged by the worst of the ratios. */
function over(title, measured, isOurs, isTheirs, limit, value = ({ cpu }) => cpu) {
  const parts = measured.flatMap(([{ question }, { all }]) => {
    const [ours, theirs] = [all.find(({ peer }) => isOurs(peer)), all.find(({ peer }) => isTheirs(peer))];
    return ours && theirs ? [{ question, ratio: value(ours) / value(theirs) }] : [];
  });
  if (parts.length === 0) return [];
  const worst = Math.max(...parts.map(({ ratio }) => ratio));
  const found = parts.map(({ question, ratio }) => `${/[\d ]+ points?/.exec(question)[0].trim()}: ${ratio.toFixed(2)}`).join("; ");
  return [row(title, found, limit === undefined ? "" : `≤ ${limit}`, worst, limit)];
}

const titled = (text) => (peer) => peer.name.startsWith(text);
const JAX = ["JAX, float64", titled("JAX, jit")];
const NUMBA = ["numba, a loop over points", titled("numba, a loop")];

/** Sweeps of 64 points and more. */
const largeOf = (cases, solver) => cases.filter(([{ kind, points }]) => kind === `sweep ${solver}` && points >= 64);

/** Whole warm calls beside JAX and numba on each Node, with the most that issue and README allow. */
function besidePeers(cases, nodes) {
  const title = (node, variant) => `massgrid${variant}, Node ${node}`;
  const limitOf = (node, variant, solver) => {
    if (solver === "heun") return undefined;
    const isModern = Number(node.split(".")[0]) >= 24;
    if (variant !== "") return isModern ? 0.8 : undefined;
    return isModern ? 1 : 1.15;
  };
  const contests = nodes.flatMap((node) => ["", ", fastMath"].flatMap((variant) => [JAX, NUMBA].map((peer) => ({ node, variant, peer }))));
  return contests.flatMap(({ node, variant, peer: [name, isTheirs] }) =>
    ["euler", "heun"].flatMap((solver) => {
      const ours = title(node, variant);
      const isOurs = (peer) => peer.name === ours;
      const question = `${ours}, over ${name}, whole warm call, ${solver}`;
      return over(question, largeOf(cases, solver), isOurs, isTheirs, limitOf(node, variant, solver));
    }),
  );
}

/** This checkout beside another one, on each Node, all sizes. */
function besideOther(cases, nodes) {
  return nodes.flatMap((node) =>
    ["sweep euler", "sweep heun", "adaptive", "network"].flatMap((kind) => {
      const some = cases.filter(([each]) => each.kind === kind);
      const isOurs = (peer) => peer.isPlain && peer.node === node;
      const isTheirs = (peer) => peer.isOther && peer.node === node;
      return over(`massgrid, Node ${node}, over the other checkout, whole warm call, ${kind}`, some, isOurs, isTheirs);
    }),
  );
}

/** The rows that are judged: whole warm calls beside JAX and numba, first calls, and the network. */
export function judged(cases) {
  const nodes = plainOf(cases[0][1].all).map(({ peer }) => peer.node);
  const small = cases.filter(([{ kind, points }]) => kind === "sweep euler" && points === 6);
  const network = (size) => cases.filter(([{ kind, points }]) => kind === "network" && points === size);
  const isPlain = (peer) => peer.isPlain;
  const isNumba = titled("numba, loops");
  const first = [JAX, NUMBA].flatMap(([name, isTheirs]) => [
    ...over(`first call, over that of ${name}`, [...small, ...largeOf(cases, "euler")], isPlain, isTheirs, 0.1, ({ first }) => first),
    ...over("the same from the start of the process", [...small, ...largeOf(cases, "euler")], isPlain, isTheirs, 0.1, ({ whole }) => whole),
  ]);
  return [
    ...besidePeers(cases, nodes),
    ...besideOther(cases, nodes),
    ...first,
    ...over("90 columns with delays, 1 point, second call, over numba's", network(1), isPlain, isNumba, 2),
    ...over("the same, first call", network(1), isPlain, isNumba, 0.5, ({ first }) => first),
    ...over("the same, 64 points, second call", network(64), isPlain, isNumba, 1),
  ];
}
