"""The network in The Virtual Brain: one simulation for each input. mV and ms."""

import importlib.metadata

import numpy as np
from serve import serve
from tvb.datatypes.connectivity import Connectivity
from tvb.simulator.coupling import SigmoidalJansenRit
from tvb.simulator.integrators import EulerDeterministic
from tvb.simulator.models.jansen_rit import JansenRit
from tvb.simulator.monitors import Raw
from tvb.simulator.simulator import Simulator


def prepare(case):
    weights, delays = np.array(case["weights"]), np.array(case["delays"], float)
    n, dt, steps = len(weights), 1e3 * case["h"], case["steps"]
    past = np.zeros((int(delays.max()) + 1, 6, n, 1))
    past[:-1, 2] = 1000.0  # before time 0 no cell fires, as in the other programs

    def one(u):
        simulator = Simulator(
            model=JansenRit(v0=np.array([6.0]), mu=np.array([1e-3 * u]), variables_of_interest=["y1"]),
            connectivity=Connectivity(
                weights=weights,
                tract_lengths=delays * dt,
                speed=np.array([1.0]),
                centres=np.zeros((n, 3)),
                region_labels=np.array([f"r{i}" for i in range(n)]),
            ),
            coupling=SigmoidalJansenRit(cmax=np.array([0.005]), midpoint=np.array([6.0]), r=np.array([0.56]), a=np.array([45.0])),
            integrator=EulerDeterministic(dt=dt),
            monitors=[Raw()],
            initial_conditions=past,
        )
        simulator.configure()
        ((_, states),) = simulator.run(simulation_length=dt * steps)
        return 1e-3 * np.concatenate([np.zeros((1, n)), states[:-1, 0, :, 0]]).T

    return lambda: [one(u) for u in case["u"]]


serve(prepare, tvb=importlib.metadata.version("tvb-library"))
