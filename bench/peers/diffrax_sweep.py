"""JRC2 in diffrax: diffeqsolve of all points at once by vmap; fixed steps with noise, or the adaptive pair without."""

import diffrax
import jax
import jax.numpy as jnp
import numpy as np
from jrc2_jax import slopes
from serve import serve

jax.config.update("jax_enable_x64", True)

SOLVERS = {"euler": diffrax.Euler, "heun": diffrax.Heun, "adaptive": diffrax.Dopri5}


def prepare(case):
    h, times = case["h"], np.arange(case["samples"]) * case["h"] * case["every"]
    steps = round(case["T"] / h)
    fixed = case["solver"] != "adaptive"

    def field(t, y, args):
        c, noise = args
        # A step's sample holds for the whole step.
        return slopes(y, c, noise[jnp.minimum((t / h + 0.5).astype(int), steps - 1)] if fixed else case["u"])

    control = diffrax.ConstantStepSize() if fixed else diffrax.PIDController(rtol=case["rtol"], atol=case["atol"])

    def one(c, noise):
        solution = diffrax.diffeqsolve(
            diffrax.ODETerm(field),
            SOLVERS[case["solver"]](),
            t0=0.0,
            t1=case["T"],
            dt0=h if fixed else None,
            y0=(jnp.zeros(()),) * 8,
            args=(c, noise),
            saveat=diffrax.SaveAt(ts=times),
            stepsize_controller=control,
            max_steps=steps + 1 if fixed else 1_000_000,
        )
        return jnp.stack([solution.ys[4], solution.ys[6]])

    run = jax.jit(jax.vmap(one, in_axes=(0, None)))
    noise = case.get("noise", np.zeros(1))
    return lambda: np.asarray(run(case["C"], noise))


serve(prepare, diffrax=diffrax.__version__, jax=jax.__version__)
