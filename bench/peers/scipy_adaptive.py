"""JRC2 in SciPy: solve_ivp's Dormand-Prince pair, one point after another."""

import jrc2
import numpy as np
import scipy
from scipy.integrate import solve_ivp
from serve import serve

def slopes(t, y, c, u):
    return jrc2.slopes(y.tolist(), c, u)


def prepare(case):
    times = np.arange(case["samples"]) * case["h"] * case["every"]
    options = {"method": "RK45", "t_eval": times, "rtol": case["rtol"], "atol": case["atol"]}

    def call():
        solutions = [solve_ivp(slopes, (0.0, case["T"]), np.zeros(8), args=(c, case["u"]), **options) for c in case["C"]]
        return [solution.y[[4, 6]] for solution in solutions]

    return call


serve(prepare, scipy=scipy.__version__)
