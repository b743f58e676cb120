"""JRC2 in pydiffsol: the model in DiffSL, its Tsitouras pair, one point after another."""

import numpy as np
import pydiffsol
from serve import serve

MODEL = """
in_i { c = 135, drive = 220 }
he { 3.25e-3 } te { 0.01 } hi { 22e-3 } ti { 0.02 } peak { 5 } r { 560 } thr { 6e-3 }
u_i { a = 0, da = 0, b = 0, db = 0, e = 0, de = 0, i = 0, di = 0 }
fired { peak / (1 + exp(-r * (e - i - thr))) }
excited { 0.8 * c * peak / (1 + exp(-r * (a - thr))) }
inhibited { hi * c / (4 * ti) * peak / (1 + exp(-r * (b - thr))) }
F_i {
  da,
  he * c / te * fired - a / (te * te) - 2 / te * da,
  db,
  he * (c / 4) / te * fired - b / (te * te) - 2 / te * db,
  de,
  he / te * (excited + drive) - e / (te * te) - 2 / te * de,
  di,
  inhibited - i / (ti * ti) - 2 / ti * di,
}
out_i { e, i }
"""


def prepare(case):
    ode = pydiffsol.Ode(MODEL, ode_solver=pydiffsol.tsit45)
    ode.rtol, ode.atol = case["rtol"], case["atol"]
    times = np.arange(case["samples"]) * case["h"] * case["every"]
    return lambda: [ode.solve_dense(np.array([c, case["u"]]), times).ys for c in case["C"]]


serve(prepare, pydiffsol=pydiffsol.version())
