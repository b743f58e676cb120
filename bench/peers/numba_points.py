"""JRC2 as one writes it for numba: a loop over points, a loop over steps, states in local variables."""

import jrc2
import numba
import numpy as np
from serve import serve

slopes = numba.njit(jrc2.slopes)


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
