#!/usr/bin/env bash
# apache-arrow 21.2.0, Node 20, with pyarrow 26.0.1: files that it writes have no schema where their stream begins.
#
# Arrow's specification has a file as a magic, a stream, a footer and the magic again, so that who reads streams can read a file from its
# ninth byte on; pyarrow writes that, and its files are read so. What RecordBatchFileWriter and tableToIPC(table, "file") write begins with
# a record batch or a dictionary instead, and has its schema in the footer alone. Readers of files take it; nanoarrow, which reads streams,
# cannot.
# What helps: write a stream where the reader takes streams.
#
# Seen 2026-11-29, the first message of a file and of a stream:
#   apache-arrow, file: RecordBatch
#   apache-arrow, stream: Schema
#   pyarrow, file: Schema
# Exits 0 while that is so, 1 when it has changed.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > npm.log
npm install --no-audit --no-fund apache-arrow@21.2.0 >> npm.log
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyarrow==26.0.1
cat > program.py <<'PROGRAM'
import pyarrow as pa

with pa.OSFile("pyarrow.arrow", "wb") as file, pa.ipc.new_file(file, pa.schema([("x", pa.float64())])) as writer:
    writer.write_table(pa.table({"x": [1.0, 2.0]}))
PROGRAM
venv/bin/python program.py
cat > program.mjs <<'PROGRAM'
import { readFileSync } from "node:fs";
import { MessageHeader, MessageReader, tableFromArrays, tableToIPC } from "apache-arrow";

const MAGIC = 8;
const first = (bytes) => MessageHeader[new MessageReader(bytes).readMessage().headerType];
const table = tableFromArrays({ x: Float64Array.of(1, 2) });
console.log(`apache-arrow, file: ${first(tableToIPC(table, "file").subarray(MAGIC))}`);
console.log(`apache-arrow, stream: ${first(tableToIPC(table, "stream"))}`);
console.log(`pyarrow, file: ${first(new Uint8Array(readFileSync("pyarrow.arrow")).subarray(MAGIC))}`);
PROGRAM
node program.mjs | tee found
sed -n 's/^#   \(apache-arrow\|pyarrow\), /\1, /p' "$here/$(basename "$0")" | diff - found
