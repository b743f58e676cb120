"""The slopes of JRC2 as JAX takes them: eight arrays of all points' states."""

import jax.numpy as jnp
from jrc2 import H_E, H_I, M_MAX, R, TAU_E, TAU_I, V_THR


def sigmoid(v):
    return M_MAX / (1 + jnp.exp(-R * (v - V_THR)))


def slopes(y, c, u):
    a, da, b, db, e, de, i, di = y
    m = sigmoid(e - i)
    return (
        da,
        H_E * c / TAU_E * m - a / TAU_E**2 - 2 / TAU_E * da,
        db,
        H_E * (c / 4) / TAU_E * m - b / TAU_E**2 - 2 / TAU_E * db,
        de,
        H_E / TAU_E * (0.8 * c * sigmoid(a) + u) - e / TAU_E**2 - 2 / TAU_E * de,
        di,
        H_I * c / (4 * TAU_I) * sigmoid(b) - i / TAU_I**2 - 2 / TAU_I * di,
    )
