"""JRC2 for numba as one writes it for the vectoriser: time outside, points inside, 64 at a turn, and fastmath."""

import numba
import numpy as np
from jrc2 import H_E, H_I, M_MAX, R, TAU_E, TAU_I, V_THR
from serve import serve

LANES = 64


@numba.njit(fastmath=True, error_model="numpy", inline="always")
def sigmoid(v):
    return M_MAX / (1 + np.exp(-R * (v - V_THR)))


@numba.njit(fastmath=True, error_model="numpy")
def slopes(y, k, c, u, n):
    for l in range(n):
        m = sigmoid(y[4, l] - y[6, l])
        excited = 0.8 * c[l] * sigmoid(y[0, l])
        inhibited = H_I * c[l] / (4 * TAU_I) * sigmoid(y[2, l])
        k[0, l] = y[1, l]
        k[1, l] = H_E * c[l] / TAU_E * m - y[0, l] / TAU_E**2 - 2 / TAU_E * y[1, l]
        k[2, l] = y[3, l]
        k[3, l] = H_E * (c[l] / 4) / TAU_E * m - y[2, l] / TAU_E**2 - 2 / TAU_E * y[3, l]
        k[4, l] = y[5, l]
        k[5, l] = H_E / TAU_E * (excited + u) - y[4, l] / TAU_E**2 - 2 / TAU_E * y[5, l]
        k[6, l] = y[7, l]
        k[7, l] = inhibited - y[6, l] / TAU_I**2 - 2 / TAU_I * y[7, l]


@numba.njit(fastmath=True, error_model="numpy")
def sweep(C, noise, h, every, heun):
    traces = np.empty((len(C), 2, len(noise) // every))
    for first in range(0, len(C), LANES):
        c = C[first : first + LANES]
        n = len(c)
        y, guess, k, second = np.zeros((8, n)), np.zeros((8, n)), np.zeros((8, n)), np.zeros((8, n))
        for s in range(len(noise)):
            if s % every == 0:
                for l in range(n):
                    traces[first + l, 0, s // every] = y[4, l]
                    traces[first + l, 1, s // every] = y[6, l]
            slopes(y, k, c, noise[s], n)
            if heun:
                for i in range(8):
                    for l in range(n):
                        guess[i, l] = y[i, l] + h * k[i, l]
                slopes(guess, second, c, noise[s], n)
                for i in range(8):
                    for l in range(n):
                        y[i, l] += h / 2 * (k[i, l] + second[i, l])
            else:
                for i in range(8):
                    for l in range(n):
                        y[i, l] += h * k[i, l]
    return traces


def prepare(case):
    return lambda: sweep(case["C"], case["noise"], case["h"], case["every"], case["solver"] == "heun")


serve(prepare, numba=numba.__version__)
