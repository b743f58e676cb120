// The explorer as `massgrid explore` serves it, but for a first script that keeps what goes wrong, which WebDriver does not tell; and a page that
// shows it 360 pixels wide, narrower than windows may be.
import { createServer } from "node:http";
import { serveExplorer } from "../../src/cli/explore.ts";
import { addressOf } from "../../test/support/serve.ts";

const watch = `globalThis.wrong = [];
for (const name of ["error", "warn"]) {
  const told = console[name];
  console[name] = (...args) => { wrong.push(name + ": " + args.map(String).join(" ")); told.apply(console, args); };
}
addEventListener("error", (event) => wrong.push("thrown: " + (event.message ?? event.target?.outerHTML ?? "")), true);
addEventListener("unhandledrejection", (event) => wrong.push("rejected: " + event.reason));
document.addEventListener("securitypolicyviolation", (event) => wrong.push("policy: " + event.violatedDirective + " " + event.blockedURI));
`;

const narrow = '<!doctype html><title>narrow</title><iframe src="/" width="360" height="740" style="border: 0" title="narrow"></iframe>';

/** Serves it on loopback: `/` is the page, `/narrow.html` the narrow one. */
export async function serveWatched(): Promise<{ address: string; close: () => void }> {
  const explorer = await serveExplorer(0, undefined);
  const inner = addressOf(explorer);
  const server = createServer(async (request, response) => {
    if (request.url === "/watch.js") return response.writeHead(200, { "content-type": "text/javascript" }).end(watch);
    if (request.url === "/narrow.html") return response.writeHead(200, { "content-type": "text/html" }).end(narrow);
    const answer = await fetch(inner + request.url);
    const headers = Object.fromEntries(answer.headers);
    for (const name of ["content-length", "content-encoding", "transfer-encoding", "connection", "keep-alive"]) delete headers[name];
    // No other site may frame the page; this one does.
    const policy = headers["content-security-policy"];
    if (policy) headers["content-security-policy"] = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'");
    if (headers["x-frame-options"]) headers["x-frame-options"] = "SAMEORIGIN";
    const body = Buffer.from(await answer.arrayBuffer());
    const isPage = headers["content-type"]?.startsWith("text/html");
    response
      .writeHead(answer.status, headers)
      .end(isPage ? body.toString().replace("<head>", '<head><script src="/watch.js"></script>') : body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: addressOf(server),
    close: () => {
      server.closeAllConnections();
      server.close();
      explorer.closeAllConnections();
      explorer.close();
    },
  };
}
