"""JRC2 as one writes it for numba: a loop over points, a loop over steps, states in local variables."""

import numba
import numpy as np
from serve import serve

H_E, TAU_E, H_I, TAU_I, M_MAX, R, V_THR = 3.25e-3, 0.01, 22e-3, 0.02, 5.0, 560.0, 6e-3


@numba.njit
def slopes(y, c, u):
    a, da, b, db, e, de, i, di = y
    m = M_MAX / (1 + np.exp(-R * (e - i - V_THR)))
    excited = 0.8 * c * M_MAX / (1 + np.exp(-R * (a - V_THR)))
    inhibited = H_I * c / (4 * TAU_I) * M_MAX / (1 + np.exp(-R * (b - V_THR)))
    return (
        da,
        H_E * c / TAU_E * m - a / TAU_E**2 - 2 / TAU_E * da,
        db,
        H_E * (c / 4) / TAU_E * m - b / TAU_E**2 - 2 / TAU_E * db,
        de,
        H_E / TAU_E * (excited + u) - e / TAU_E**2 - 2 / TAU_E * de,
        di,
        inhibited - i / TAU_I**2 - 2 / TAU_I * di,
    )


@numba.njit
def advance(y, h, k):
    return (
        y[0] + h * k[0], y[1] + h * k[1], y[2] + h * k[2], y[3] + h * k[3],
        y[4] + h * k[4], y[5] + h * k[5], y[6] + h * k[6], y[7] + h * k[7],
    )  # fmt: skip


@numba.njit
def sweep(C, noise, h, every, heun):
    traces = np.empty((len(C), 2, len(noise) // every))
    for p in range(len(C)):
        y = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for s in range(len(noise)):
            if s % every == 0:
                traces[p, 0, s // every] = y[4]
                traces[p, 1, s // every] = y[6]
            k = slopes(y, C[p], noise[s])
            if heun:
                second = slopes(advance(y, h, k), C[p], noise[s])
                y = advance(advance(y, h / 2, k), h / 2, second)
            else:
                y = advance(y, h, k)
    return traces


def prepare(case):
    return lambda: sweep(case["C"], case["noise"], case["h"], case["every"], case["solver"] == "heun")


serve(prepare, numba=numba.__version__)
