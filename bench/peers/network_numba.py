"""The network as one writes it for numba: arrays, loops, a buffer of the past. Row i, column j is the edge from column j to column i."""

import numba
import numpy as np
from serve import serve


@numba.njit
def network(weights, delays, inputs, h, steps):
    n = weights.shape[0]
    longest = delays.max() + 1
    h_e, tau_e, h_i, tau_i, m_max, r, v_thr, c = 3.25e-3, 0.01, 22e-3, 0.02, 5.0, 560.0, 6e-3, 135.0
    traces = np.empty((len(inputs), n, steps))
    for point in range(len(inputs)):
        u = inputs[point]
        v_ein, x_ein, v_iin, x_iin = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
        v_e, x_e, v_i, x_i = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
        past = np.zeros((longest, n))
        for step in range(steps):
            now = step % longest
            for k in range(n):
                traces[point, k, step] = v_e[k]
                past[now, k] = m_max / (1.0 + np.exp(-r * (v_e[k] - v_i[k] - v_thr)))
            for k in range(n):
                received = 0.0
                for j in range(n):
                    at = now - delays[k, j]
                    received += weights[k, j] * past[at + longest if at < 0 else at, j]
                m = past[now, k]
                excited = 0.8 * c * m_max / (1.0 + np.exp(-r * (v_ein[k] - v_thr)))
                inhibited = h_i * c / (4.0 * tau_i) * m_max / (1.0 + np.exp(-r * (v_iin[k] - v_thr)))
                dx_ein = h_e * c / tau_e * m - v_ein[k] / tau_e**2 - 2.0 / tau_e * x_ein[k]
                dx_iin = h_e * c / 4.0 / tau_e * m - v_iin[k] / tau_e**2 - 2.0 / tau_e * x_iin[k]
                dx_e = h_e / tau_e * (excited + c / 3.0 * received + u) - v_e[k] / tau_e**2 - 2.0 / tau_e * x_e[k]
                dx_i = inhibited - v_i[k] / tau_i**2 - 2.0 / tau_i * x_i[k]
                v_ein[k] += h * x_ein[k]
                x_ein[k] += h * dx_ein
                v_iin[k] += h * x_iin[k]
                x_iin[k] += h * dx_iin
                v_e[k] += h * x_e[k]
                x_e[k] += h * dx_e
                v_i[k] += h * x_i[k]
                x_i[k] += h * dx_i
    return traces


def prepare(case):
    matrices = np.array(case["weights"], float), np.array(case["delays"], np.int64)
    call = (*matrices, np.array(case["u"], float), float(case["h"]), int(case["steps"]))
    return lambda: network(*call)


serve(prepare, numba=numba.__version__)
