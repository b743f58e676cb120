"""JRC2 in JAX: all points side by side, jit and lax.scan: a scan over samples, in it one over the steps of a sample."""

import jax
import jax.numpy as jnp
import numpy as np
from jrc2_jax import slopes
from serve import serve


def sweep(C, noise, h, heun, unroll):
    def step(y, u):
        k = slopes(y, C, u)
        if not heun:
            return jax.tree.map(lambda y, k: y + h * k, y, k), None
        second = slopes(jax.tree.map(lambda y, k: y + h * k, y, k), C, u)
        return jax.tree.map(lambda y, k, second: y + h / 2 * (k + second), y, k, second), None

    def sample(y, us):
        return jax.lax.scan(step, y, us, unroll=unroll)[0], (y[4], y[6])

    rest = (jnp.zeros_like(C),) * 8
    return jax.lax.scan(sample, rest, noise)[1]


def prepare(case):
    if case.get("precision") != "float32":
        jax.config.update("jax_enable_x64", True)
    run = jax.jit(sweep, static_argnames=("h", "heun", "unroll"))
    noise = case["noise"].reshape(-1, case["every"])

    def call():
        traces = run(case["C"], noise, h=case["h"], heun=case["solver"] == "heun", unroll=case.get("unroll", 1))
        return np.stack([np.asarray(each) for each in traces]).transpose(2, 0, 1)

    return call


serve(prepare, jax=jax.__version__)
