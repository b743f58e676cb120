"""The network in tvboptim: Euler with a buffer of the past, jit, and vmap over the inputs. mV and ms."""

import importlib.metadata

import jax
import jax.numpy as jnp
import numpy as np
from serve import serve
from tvboptim.experimental.network_dynamics.core.network import Network
from tvboptim.experimental.network_dynamics.coupling import DelayedSigmoidalJansenRit
from tvboptim.experimental.network_dynamics.dynamics.tvb import JansenRit
from tvboptim.experimental.network_dynamics.graph import DenseDelayGraph
from tvboptim.experimental.network_dynamics.solve import prepare as prepared
from tvboptim.experimental.network_dynamics.solvers import Euler

jax.config.update("jax_enable_x64", True)


def prepare(case):
    dt, steps = 1e3 * case["h"], case["steps"]
    weights, delays = jnp.array(case["weights"]), dt * jnp.array(case["delays"], float)
    network = Network(
        dynamics=JansenRit(v0=6.0, VARIABLES_OF_INTEREST=("y1",), INITIAL_STATE=(0.0,) * 6),
        coupling={"delayed": DelayedSigmoidalJansenRit(incoming_states=("y1", "y2"), G=45.0, cmax=0.005, midpoint=6.0, r=0.56)},
        graph=DenseDelayGraph(weights, delays),
    )
    solve, config = prepared(network, Euler(), t0=0.0, t1=dt * steps, dt=dt)
    past = config.initial_state.coupling.delayed
    past.history = past.history.at[:-1, 1].set(1000.0)  # before time 0 no cell fires, as in the other programs

    def one(mu):
        config.dynamics.mu = mu
        return solve(config).ys[:, 0, :]

    run = jax.jit(jax.vmap(one))
    inputs = 1e-3 * np.array(case["u"])

    def call():
        states = np.asarray(run(inputs))
        rest = np.zeros((len(inputs), 1, len(weights)))
        return 1e-3 * np.concatenate([rest, states[:, :-1]], axis=1).transpose(0, 2, 1)

    return call


serve(prepare, tvboptim=importlib.metadata.version("tvboptim"))
