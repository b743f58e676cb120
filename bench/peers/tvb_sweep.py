"""The sweep in The Virtual Brain: as many regions without connections as there are points, and the noise as a stimulus. mV and ms."""

import importlib.metadata

import numpy as np
from serve import serve
from tvb.datatypes.connectivity import Connectivity
from tvb.simulator.coupling import SigmoidalJansenRit
from tvb.simulator.integrators import EulerDeterministic, HeunDeterministic
from tvb.simulator.models.jansen_rit import JansenRit
from tvb.simulator.monitors import SubSample
from tvb.simulator.simulator import Simulator


class OneSeries(Simulator):
    """A simulator whose stimulus is one series for all regions, as a force on the excitatory synapse, without a spatial pattern."""

    noise = None

    def _prepare_stimulus(self):
        return np.zeros((self.model.nvar, self.number_of_nodes, 1))

    def _loop_update_stimulus(self, step, stimulus):
        stimulus[4] = self.noise[step - (self.current_step + 1)]


def prepare(case):
    n = len(case["C"])
    dt = 1e3 * case["h"]

    def call():
        model = JansenRit(J=case["C"], v0=np.array([6.0]), mu=np.array([0.0]), variables_of_interest=["y1", "y2"])
        none = np.zeros((n, n))
        simulator = OneSeries(
            model=model,
            connectivity=Connectivity(
                weights=none, tract_lengths=none, centres=np.zeros((n, 3)), region_labels=np.array([f"r{i}" for i in range(n)])
            ),
            coupling=SigmoidalJansenRit(a=np.array([0.0])),
            integrator=(HeunDeterministic if case["solver"] == "heun" else EulerDeterministic)(dt=dt),
            monitors=[SubSample(period=dt * case["every"])],
            initial_conditions=np.zeros((1, 6, n, 1)),
        )
        simulator.noise = 3.25 * 0.1 * 1e-3 * case["noise"]
        simulator.configure()
        ((_, states),) = simulator.run(simulation_length=1e3 * case["T"])
        # The first sample is taken a period after the start: here the start is one, and the end is none.
        return 1e-3 * np.concatenate([np.zeros((1, 2, n)), states[:-1, :, :, 0]]).transpose(2, 1, 0)

    return call


serve(prepare, tvb=importlib.metadata.version("tvb-library"))
