#!/usr/bin/env bash
# tvb-library 2.10.0, ZetterbergJansen: the inhibition of inhibitory cells (v5) returns by the excitatory rate constant, not by its own.
#
# A synapse is v'' = H k drive - 2 k v' - k^2 v. For v3, the other inhibitory potential, the last term has ki^2 = 0.0025/ms^2, as its other
# terms have ki; for v5 it has ke^2 = 0.01/ms^2 beside ki in the other two. At rest v5 is a quarter of what Hi/ki times the drive would be.
# What helps: massgrid's model_templates.neural_mass_models.zetterberg.zetterberg, or a gamma_5 four times as large where only rest matters.
#
# Seen 2026-11-29, what 1 mV of each adds to the slope of its derivative, without coupling among the cells, in mV/ms^2:
#   v3: -0.0025
#   v5: -0.0100
# Exits 0 while that is so, 1 when it has changed.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check tvb-library==2.10.0
cat > program.py <<'PROGRAM'
import numpy as np
from tvb.simulator.models.jansen_rit import ZetterbergJansen

none = np.array([0.0])
model = ZetterbergJansen(gamma_1=none, gamma_2=none, gamma_3=none, gamma_4=none, gamma_5=none)
model.configure()
model.update_derived_parameters()
names = ZetterbergJansen.state_variables


def slope(state):
    return np.squeeze(model.dfun(state, np.zeros((2, 1, 1))))


for v, y in (("v3", "y3"), ("v5", "y5")):
    state = np.zeros((len(names), 1, 1))
    state[names.index(v)] = 1.0
    row = names.index(y)
    print(f"{v}: {slope(state)[row] - slope(0 * state)[row]:.4f}")
PROGRAM
venv/bin/python -W ignore program.py 2> errors | tee found
sed -n 's/^#   \(v[35]\)/\1/p' "$here/$(basename "$0")" | diff - found
