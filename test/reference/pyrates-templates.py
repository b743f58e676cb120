"""
What PyRates 1.2.3 has loaded from its bundled files: name, kind and declarations of every template that it can load.

    pip install pyrates==1.2.3 && python test/reference/pyrates-templates.py > test/reference/pyrates-templates.json

Equations are left out: only names, kinds, declared variables with their values, operators, nodes and edges are printed.
"""
import json
import os
import warnings

from ruamel.yaml import YAML

import model_templates
from pyrates import CircuitTemplate, EdgeTemplate, NodeTemplate, OperatorTemplate

warnings.filterwarnings("ignore")
root = list(model_templates.__path__)[0]


def text(value):
    """A declaration as text; files for versions before 0.10 write { default: ... }."""
    return text(value["default"]) if isinstance(value, dict) else str(value)


def facts(template):
    kind = type(template).__name__
    if kind == "OperatorTemplate":
        return {"kind": kind, "variables": {name: text(value) for name, value in template.variables.items()}}
    if kind in ("NodeTemplate", "EdgeTemplate"):
        operators = template.operators.items()
        return {"kind": kind, "operators": {operator.name: {k: str(v) for k, v in (values or {}).items()} for operator, values in operators}}
    edges = [[source, target, edge.name if edge else None, values] for source, target, edge, values in template.edges]
    return {
        "kind": kind,
        "nodes": {name: node.name for name, node in template.nodes.items()},
        "circuits": {name: inner.name for name, inner in template.circuits.items()},
        "edges": sorted(edges, key=lambda edge: edge[:2] + [edge[3].get("delay", 0)]),
    }


found = {}
for folder, _, files in sorted(os.walk(root)):
    for file in sorted(file for file in files if file.endswith((".yaml", ".yml"))):
        path = os.path.join(folder, file)
        module = "model_templates." + os.path.relpath(path, root).rsplit(".", 1)[0].replace(os.sep, ".")
        with open(path) as stream:
            names = [name for name, value in YAML(typ="safe").load(stream).items() if isinstance(value, dict)]
        for name in names:
            for kind in (OperatorTemplate, NodeTemplate, EdgeTemplate, CircuitTemplate):
                try:
                    found[f"{module}.{name}"] = facts(kind.from_yaml(f"{module}.{name}"))
                    break
                except Exception:  # Another kind, or one that PyRates itself cannot load.
                    continue

lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in found.items()]
print("{\n" + ",\n".join(lines) + "\n}")
