#!/usr/bin/env bash
# apache-arrow 21.2.0 (npm), pyarrow 26.0.1, Node 22.15 or later: what it compresses, nobody else can read.
#
# In a compressed body of Arrow IPC each buffer begins with its length before compression, as 64 bits (Message.fbs, BodyCompression). The
# JavaScript writer puts the length after compression there. Its own reader ignores the number, so that a round trip within JavaScript is
# well; pyarrow allocates so many bytes and refuses ("ZSTD decompression failed: Destination buffer is too small"), and Polars calls the
# file malformed. No compression is registered by default, so that only who registers a codec meets it.
# What helps: write IPC without compression, or Parquet.
#
# Seen 2026-11-29:
#   the length that is written is that after compression
#   apache-arrow reads 10000 rows
#   pyarrow refuses: ZSTD decompression failed: Destination buffer is too small
# Exits 0 while that is so, 1 when it has changed.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
if ! node -e 'process.exit("zstdCompressSync" in require("node:zlib") ? 0 : 1)'; then
  echo "this Node has no zstd: Node 22.15 or later is needed"
  exit 0
fi
npm init -y > npm.log
npm install --no-audit --no-fund apache-arrow@21.2.0 >> npm.log
python3 -m venv python && python/bin/pip install --quiet pyarrow==26.0.1
cat > program.mjs <<'PROGRAM'
import { writeFileSync } from "node:fs";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { CompressionType, compressionRegistry, tableFromArrays, tableFromIPC, tableToIPC } from "apache-arrow";

let compressed = 0;
const encode = (bytes) => {
  const made = zstdCompressSync(bytes);
  if (bytes.length === 80000) compressed = made.length;
  return made;
};
compressionRegistry.set(CompressionType.ZSTD, { encode, decode: (bytes) => zstdDecompressSync(bytes) });
const bytes = tableToIPC(tableFromArrays({ x: new Float64Array(10000).fill(1.5) }), "stream", CompressionType.ZSTD);
writeFileSync("x.arrows", bytes);
const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
// The body's first buffer with anything in it: its frame begins with the magic number of zstd, behind the length.
let at = 0;
while (view.getUint32(at, true) !== 0xfd2fb528) at++;
const written = Number(view.getBigInt64(at - 8, true));
console.log(`the length that is written is ${written === compressed ? "that after compression" : written}`);
console.log(`apache-arrow reads ${tableFromIPC(bytes).numRows} rows`);
PROGRAM
cat > program.py <<'PROGRAM'
import pyarrow as pa
try:
    print(f"pyarrow reads {pa.ipc.open_stream('x.arrows').read_all().num_rows} rows")
except OSError as error:
    print(f"pyarrow refuses: {error}")
PROGRAM
{ node program.mjs; python/bin/python program.py; } | tee found
sed -n 's/^#   \(the\|apache-arrow\|pyarrow\)/\1/p' "$here/$(basename "$0")" | diff - found
