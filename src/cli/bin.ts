#!/usr/bin/env node
import { main } from "./main.ts";

// Not awaited: what a command loads may import this file's module, which would then wait for itself.
main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
