"""The sweep by PyRates' own grid_search, with its default backend."""

import importlib.metadata

import numpy as np
from pyrates import clear_frontend_caches, grid_search
from serve import serve


def prepare(case):
    # A column for each point: a series that all share is refused from ten points on (findings/pyrates-ten-points.sh).
    noise = np.repeat(case["noise"][:, np.newaxis], len(case["C"]), axis=1)

    def call():
        clear_frontend_caches()
        results, found = grid_search(
            "model_templates.neural_mass_models.jansenrit.JRC2",
            {"C": case["C"]},
            {"C": {"vars": ["jrc_op/c"], "nodes": ["jrc"]}},
            step_size=case["h"],
            simulation_time=case["T"],
            sampling_step_size=case["h"] * case["every"],
            inputs={"jrc/jrc_op/u": noise},
            outputs={"V_e": "jrc/jrc_op/V_e", "V_i": "jrc/jrc_op/V_i"},
            solver=case["solver"],
            float_precision="float64",
            verbose=False,
        )
        return [[results[name][key].to_numpy().ravel() for name in ("V_e", "V_i")] for key in found.index]

    return call


serve(prepare, pyrates=importlib.metadata.version("pyrates"))
