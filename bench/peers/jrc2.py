"""The slopes of JRC2 for one point: its eight states, its connectivity and the input."""

import numpy as np

H_E, TAU_E, H_I, TAU_I, M_MAX, R, V_THR = 3.25e-3, 0.01, 22e-3, 0.02, 5.0, 560.0, 6e-3


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
