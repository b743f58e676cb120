#!/usr/bin/env node
import module from "node:module";

// Before anything else is loaded: from version 22.8 on, Node keeps what it has compiled from one run to the next.
const enableCompileCache: unknown = Reflect.get(module, "enableCompileCache");
if (typeof enableCompileCache === "function") enableCompileCache();

// Not awaited: what a command loads may import this file's module, which would then wait for itself.
void import("./main.ts")
  .then(({ main }) => main(process.argv.slice(2)))
  .then((code) => {
    process.exitCode = code;
  });
