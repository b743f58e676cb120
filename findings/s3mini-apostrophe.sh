#!/usr/bin/env bash
# s3mini 1.0.2, Node 20.20: prefixes with an apostrophe, brackets, "!" or "*".
#
# Amazon's description of signature version 4 escapes every character of a query but letters, digits, "-", ".", "_" and "~" where it is signed.
# s3mini escapes objects' names so, and queries as encodeURIComponent does, which leaves !'()* as they are: a list of such a prefix is signed
# otherwise than a server signs it, and S3 answers SignatureDoesNotMatch, while objects of the same prefix are put and read. Servers in Go
# (MinIO, gofakes3) write an apostrophe in XML as &#39;, which s3mini leaves so: a name that it lists is not one that it can read. aws4fetch
# 1.0.20 signs as described.
# What helps: aws4fetch, and numeric entities read by oneself; or prefixes without such characters.
#
# Seen 2026-11-29, of lists asked for at a server that signs them by the description:
#   s3mini, a-b/: as described
#   s3mini, it's/: otherwise
#   s3mini, a(b)/: otherwise
#   s3mini lists: it&#39;s/a
#   aws4fetch, a-b/: as described
#   aws4fetch, it's/: as described
#   aws4fetch, a(b)/: as described
# Exits 0 while that is so, 1 when it has changed.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > npm.log
npm install --no-audit --no-fund s3mini@1.0.2 aws4fetch@1.0.20 >> npm.log
cat > program.mjs <<'PROGRAM'
import { createHash, createHmac } from "node:crypto";
import { createServer } from "node:http";
import { AwsClient } from "aws4fetch";
import { S3mini } from "s3mini";

const [accessKeyId, secretAccessKey, region] = ["ID", "SECRET", "us-east-1"];
const escaped = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

function isAsDescribed({ method, url, headers }) {
  const { pathname, searchParams } = new URL(url, "http://server");
  const [, scope, names, signature] = /Credential=\w+\/(\S+), SignedHeaders=(\S+), Signature=(\w+)/.exec(headers.authorization);
  const query = [...searchParams].map((pair) => pair.map(escaped).join("=")).sort();
  const signed = names.split(";").map((name) => `${name}:${headers[name]}\n`);
  const canonical = [method, pathname, query.join("&"), signed.join(""), names, headers["x-amz-content-sha256"]].join("\n");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, createHash("sha256").update(canonical).digest("hex")].join("\n");
  const key = scope.split("/").reduce(hmac, `AWS4${secretAccessKey}`);
  return hmac(key, text).toString("hex") === signature;
}

let found;
const server = createServer((request, response) => {
  found = isAsDescribed(request) ? "as described" : "otherwise";
  response.setHeader("Content-Type", "application/xml");
  response.end("<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>it&#39;s/a</Key></Contents></ListBucketResult>");
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const endpoint = `http://127.0.0.1:${server.address().port}/bucket`;
const prefixes = ["a-b/", "it's/", "a(b)/"];
const mini = new S3mini({ accessKeyId, secretAccessKey, region, endpoint });
let names;
for (const prefix of prefixes) {
  names = await mini.listObjects("/", prefix);
  console.log(`s3mini, ${prefix}: ${found}`);
}
console.log(`s3mini lists: ${names[0].Key}`);
const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: "s3" });
for (const prefix of prefixes) {
  await client.fetch(`${endpoint}?list-type=2&prefix=${escaped(prefix)}`);
  console.log(`aws4fetch, ${prefix}: ${found}`);
}
server.closeAllConnections();
server.close();
PROGRAM
node program.mjs | tee found
sed -n 's/^#   \(s3mini\|aws4fetch\)/\1/p' "$here/$(basename "$0")" | diff - found
