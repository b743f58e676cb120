# Does again in wasmtime what battery/bits/record.mjs recorded: links the same modules, and makes the same calls on the same memory.
# Prints a line of JSON: the calls by sweep, and those after which memory or result are not what they were.
import hashlib
import json
import struct
import sys
from importlib.metadata import version
from pathlib import Path

import wasmtime

folder = Path(sys.argv[1])
recorded = json.loads((folder / "recorded.json").read_text())
instances = recorded["instances"]
engine = wasmtime.Engine()
modules = {}


def module_of(name):
    if name not in modules:
        modules[name] = wasmtime.Module(engine, (folder / name).read_bytes())
    return modules[name]


def link(store, number, memory, made):
    """The instance of a number, with those that it is linked to, all over one memory."""
    if number in made:
        return made[number]
    module = module_of(instances[number]["module"])
    imports = []
    for needed in module.imports:
        to = instances[number]["links"][f"{needed.module}.{needed.name}"]
        imports.append(memory if to == "memory" else link(store, to[0], memory, made).exports(store)[to[1]])
    made[number] = wasmtime.Instance(store, module, imports)
    return made[number]


def differs(call):
    before = (folder / call["before"]).read_bytes()
    store = wasmtime.Store(engine)
    memory = wasmtime.Memory(store, wasmtime.MemoryType(wasmtime.Limits(len(before) // 65536, None)))
    function = link(store, call["instance"], memory, {}).exports(store)[call["name"]]
    memory.write(store, before)
    kinds = [str(kind) for kind in function.type(store).params]
    numbers = [float(value) if kind[0] == "f" else int(value) for kind, value in zip(kinds, call["args"])]
    result = function(store, *numbers)
    after = hashlib.sha256(memory.read(store)).hexdigest()
    same_result = call["result"] is None or struct.pack("d", result) == struct.pack("d", call["result"])
    return after != call["after"] or not same_result


found = {"version": version("wasmtime"), "sweeps": {}}
for call in recorded["calls"]:
    row = found["sweeps"].setdefault(call["sweep"], {"tried": 0, "differ": []})
    row["tried"] += 1
    try:
        if differs(call):
            row["differ"].append(call["name"])
    except Exception as error:
        row["differ"].append(f"{call['name']}: {error}")
print(json.dumps(found))
