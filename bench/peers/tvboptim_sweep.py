"""The sweep in tvboptim: its Jansen-Rit model with as many uncoupled nodes as there are points. mV and ms."""

import importlib.metadata

import jax
import jax.numpy as jnp
import numpy as np
from serve import serve
from tvboptim.experimental.network_dynamics.core.bunch import Bunch
from tvboptim.experimental.network_dynamics.dynamics.tvb import JansenRit
from tvboptim.experimental.network_dynamics.external_input.base import AbstractExternalInput
from tvboptim.experimental.network_dynamics.solve import prepare as prepared
from tvboptim.experimental.network_dynamics.solvers import Euler, Heun

jax.config.update("jax_enable_x64", True)


class Series(AbstractExternalInput):
    """A sample a step, held for the whole step."""

    DEFAULT_PARAMS = Bunch(data=None)

    def prepare(self, network, dt):
        return Bunch(), Bunch(step=jnp.zeros((), int))

    def compute(self, t, state, data, at, params):
        return jnp.full((1, state.shape[1]), params.data[at.step])

    def update_state(self, data, at, new_state):
        return Bunch(step=at.step + 1)


class Driven(JansenRit):
    """The package's model, whose mu comes from outside."""

    EXTERNAL_INPUTS = {"u": 1}

    def dynamics(self, t, state, params, coupling, external):
        return super().dynamics(t, state, Bunch({**params, "mu": external.u[0]}), coupling, external)


def prepare(case):
    n = len(case["C"])
    model = Driven(J=jnp.array(case["C"]), v0=6.0, VARIABLES_OF_INTEREST=("y1", "y2"), INITIAL_STATE=(0.0,) * 6)
    solver = Heun() if case["solver"] == "heun" else Euler()
    solve, config = prepared(
        model, solver, t0=0.0, t1=1e3 * case["T"], dt=1e3 * case["h"], n_nodes=n, externals={"u": Series(data=1e-3 * case["noise"])}
    )
    run = jax.jit(lambda config: solve(config).ys[case["every"] - 1 :: case["every"]])

    def call():
        states = np.asarray(run(config))
        return 1e-3 * np.concatenate([np.zeros((1, 2, n)), states[:-1]]).transpose(2, 1, 0)

    return call


serve(prepare, tvboptim=importlib.metadata.version("tvboptim"))
