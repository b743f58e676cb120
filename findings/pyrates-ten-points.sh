#!/usr/bin/env bash
# PyRates 1.2.3, Python 3.11: a grid_search with an input series works for nine points of the grid and fails for ten.
#
# `inputs={"p/op/u": series}` gives one series to all points. From ten points on the generated function takes an element of what is already
# a number, and NumPy says "invalid index to scalar variable." The number of points decides, not what they are; without an input any
# number works.
# What helps: the series as an array with a column for each point.
#
# Seen 2026-11-29:
#   9 points, one series: 9 traces
#   10 points, one series: IndexError: invalid index to scalar variable.
#   10 points, a column each: 10 traces
#   10 points, no input: 10 traces
# Exits 0 while that is so, 1 when it has changed.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check pyrates==1.2.3 numpy==2.3.5 > pip.log
cat > program.py <<'PROGRAM'
import numpy as np
from pyrates import CircuitTemplate, NodeTemplate, OperatorTemplate, clear_frontend_caches, grid_search

series = np.ones(100)
cases = [(9, "one series", series), (10, "one series", series), (10, "a column each", np.ones((100, 10))), (10, "no input", None)]
for n, what, u in cases:
    clear_frontend_caches()
    op = OperatorTemplate(name="op", equations=["d/dt * x = (u - x)/tau"], variables={"x": "output(0.0)", "u": "input(0.0)", "tau": 1.0})
    circuit = CircuitTemplate(name="net", nodes={"p": NodeTemplate(name="pop", operators=[op])})
    grid = {"tau": np.linspace(1, 2, n)}, {"tau": {"vars": ["op/tau"], "nodes": ["p"]}}
    options = {"step_size": 0.01, "simulation_time": 1.0, "solver": "euler", "outputs": {"x": "p/op/x"}, "verbose": False}
    try:
        results, _ = grid_search(circuit, *grid, inputs={} if u is None else {"p/op/u": u}, **options)
        found = f"{results.shape[1]} traces"
    except IndexError as error:
        found = f"IndexError: {error}"
    print(f"{n} points, {what}: {found}")
PROGRAM
python/bin/python program.py | tee found
sed -n 's/^#   \(9\|10\)/\1/p' "$here/$(basename "$0")" | diff - found
