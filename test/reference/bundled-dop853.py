"""
Trajectories of every bundled circuit without discrete delays, by SciPy's DOP853 at rtol 1e-12.

    pip install pyrates==1.2.3 scipy numpy && python test/reference/bundled-dop853.py > test/reference/bundled-dop853.json

Right-hand sides are those of PyRates 1.2.3, whose buffer is copied (solve_ivp keeps slopes), and for circuits that PyRates cannot compile,
or does not have, the equations of their papers, below. Each runs for 10 of its slowest times, with the values given here.
"""
import json
import warnings

import numpy as np
from scipy.integrate import solve_ivp

warnings.filterwarnings("ignore")
SAMPLES = 21

# circuit: time, values of parameters, inputs and initial values by path
N, O, B = "neural_mass_models.", "oscillators.", "test_resources.test_backend."
CASES = {
    N + "jansenrit.JRC2": (1.0, {}),
    N + "jansenrit.JRC": (1.0, {}),
    N + "jansenrit.JRC_2delaycoupled": (0.2, {}),
    N + "wilsoncowan.WC": (100.0, {"e/se_op/r_ext": 1.5, "i/si_op/r_ext": 0.3}),
    N + "wilsoncowan.WC_stp": (2000.0, {"e/se_op/r_ext": 2.5, "i/si_op/r_ext": 0.5}),
    N + "qif.qif": (20.0, {"p/qif_op/I_ext": 3.0}),
    N + "qif.qif_sfa": (100.0, {"p/qif_sfa_op/I_ext": 3.0}),
    N + "qif.qif_conduct": (20.0, {"p/qif_conduct_op/I_ext": 6.0}),
    N + "qif.qif_sd": (1000.0, {"p/qif_op/I_ext": 3.0}),
    N + "qif.qif_tsodyks": (2000.0, {"p/qif_op/I_ext": 3.0}),
    N + "qif.qif_gap": (20.0, {"p/qif_gap_op/I_ext": 3.0, "p/qif_gap_op/g": 0.4}),
    N + "qif.qif_alpha_syn": (20.0, {"p/qif_op/I_ext": 3.0}),
    N + "ik.ik_nodim": (1250.0, {"p/ik_nodim_op/I_ext": 0.15}),
    N + "ik.ik_eta": (1250.0, {"p/ik_eta_op/I_ext": 400.0}),
    N + "ik.ik_theta": (1250.0, {"p/ik_theta_op/I_ext": 400.0}),
    N + "theta.kmo_theta": (20.0, {"p/theta_op/I_ext": 3.0}),
    N + "theta.kmo_conductance": (20.0, {"p/conductance_op/I_ext": 6.0}),
    O + "kuramoto.kmo": (6.28, {"p/phase_op/s_ext": 1.0}),
    O + "kuramoto.kmo_2coupled": (6.28, {"p1/phase_op/theta": 0.3, "p2/phase_op/omega": 11.0}),
    O + "kuramoto.kmo_mf": (10.0, {"p/kmo_op/s_ext": 2.0}),
    O + "kuramoto.kmo_mf_2coupled": (10.0, {"p1/kmo_op/s_ext": 2.0}),
    O + "stuartlandau.sl": (62.8, {}),
    O + "stuartlandau.sl_corrected": (62.8, {"p/sl_corrected_op/x": 0.1}),
    O + "stuartlandau.sl_burst": (100.0, {}),
    O + "vanderpol.vdp": (66.0, {}),
    **{B + f"net{i}": (10.0, {}) for i in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)},
    **{B + f"net{i}": (100.0, {}) for i in (13, 14, 15)},
    "test_resources.test_operator_caching_templates.TestCircuit1": (10.0, {"node1/TestOpLin0/c": 0.5, "node1/TestOpLin0/in_var": 1.0}),
    "CNS_2019_Tutorial.templates.EC": (10.0, {}),
    "CNS_2019_Tutorial.templates.JRC_nosyns": (10.0, {}),
    "CNS_2019_Tutorial.templates.JRC": (20.0, {}),
}
# The start and the forcing of the nets whose circuits rest without.
for net, values in {
    "net1": {"pop0/op1/u": 0.7},
    "net3": {"pop0/op3/u": 0.4, "pop0/op3/b": 0.5},
    "net5": {"pop0/op5/x": 0.3},
    "net7": {"pop0/op3/b": 0.2},
    "net9": {"pop0/op1/a": 1.0, "pop1/op7/inp": 0.5},
    "net13": {"p1/op9/I_ext": 0.3},
    "net14": {"c1/p1/op9/I_ext": 0.3},
    "net15": {"p1/op9/I_ext": 0.3, "p2/op10/a": 0.2},
}.items():
    CASES[B + net] = (CASES[B + net][0], values)
# net0 grows like exp(0.7 t).
CASES[B + "net0"] = (10.0, {})


def qif(r, v, r_in, i, tau=1.0, eta=-5.0, delta=1.0, g=0.0):
    return [
        (delta / (np.pi * tau) + r * (2.0 * v - g)) / tau,
        (v * v + eta + i + tau * r_in - (np.pi * tau * r) ** 2) / tau,
    ]


def qif_gap(i, g):
    op = "p/qif_gap_op/"
    return [op + "r", op + "v"], [0.01, -2.0], lambda t, y: qif(y[0], y[1], 15.0 * y[0], i, g=g)


def qif_alpha_syn(i):
    def rhs(t, y):
        r, v, s, x = y
        return [*qif(r, v, 15.0 * s, i), x, (r - s) - 2.0 * x]

    return ["p/qif_op/r", "p/qif_op/v", "alpha_edge/alpha_syn_op/s", "alpha_edge/alpha_syn_op/x"], [0.01, -2.0, 0.0, 0.0], rhs


def kmo_conductance(i):
    eta, delta, g, e_r, tau_s = -5.0, 1.0, 5.0, 1.0, 2.0

    def rhs(t, y):
        z, s = complex(y[0], y[1]), y[2]
        dz = ((z + 1) ** 2 * (1j * (eta + i + g * s * e_r) - delta) - 1j * (z - 1) ** 2 - g * s * (z * z - 1)) / 2
        rate = (1 - abs(z) ** 2) / (np.pi * (1 + 2 * z.real + abs(z) ** 2))
        return [dz.real, dz.imag, -s / tau_s + rate]

    op = "p/conductance_op/"
    return [op + "z.re", op + "z.im", op + "s"], [-0.6, -0.8, 0.0], rhs


def sl_corrected(x0):
    def rhs(t, y):
        x, z = y
        a = 1 - z * z - x * x
        return [z + x * a, -x + z * a]

    return ["p/sl_corrected_op/x", "p/sl_corrected_op/z"], [x0, 0.0], rhs


def sl_burst():
    def rhs(t, y):
        x, z, u = y
        q = x * x + z * z
        return [3 * z + x * (u + 2 * q - q * q), -3 * x + z * (u + 2 * q - q * q), 0.1 * (0.8 - q)]

    return [f"p/sl_burst_op/{name}" for name in "xzu"], [1.0, 0.0, 0.0], rhs


def tutorial(names, weights):
    """QIF populations without synapses: PC and EIN excite their own, IIN inhibits its own; weights[target] = (excitatory, inhibitory)."""
    signs = {"PC": 1, "EIN": 1, "Pop_exc": 1, "IIN": -1}

    def rhs(t, y):
        rate = {name: y[2 * k] for k, name in enumerate(names)}
        slopes = []
        for k, name in enumerate(names):
            r, v = y[2 * k : 2 * k + 2]
            exc, inh = (sum(w * rate[source] for source, w in part.items()) for part in weights.get(name, ({}, {})))
            slopes += [1 / np.pi + 2 * r * v, v * v - 5.0 + 15.0 * (signs[name] * r + exc - inh) - (np.pi * r) ** 2]
        return slopes

    op = {name: "Op_exc" if signs[name] > 0 else "Op_inh" for name in names}
    return [f"{name}/{op[name]}/{v}" for name in names for v in "rv"], [0.0] * (2 * len(names)), rhs


COLUMN = {"PC": ({"EIN": 1.35}, {"IIN": 0.3375}), "EIN": ({"PC": 1.08}, {}), "IIN": ({"PC": 0.3375}, {})}


def tutorial_synapses():
    names = ["PC", "EIN", "IIN"]

    def rhs(t, y):
        rate = {name: y[6 * k] for k, name in enumerate(names)}
        slopes = []
        for k, name in enumerate(names):
            r, v, i_e, i_i, x_e, x_i = y[6 * k : 6 * k + 6]
            exc, inh = (sum(w * rate[source] for source, w in part.items()) for part in COLUMN[name])
            own = (r, 0.0) if name != "IIN" else (0.0, r)
            j_i = 10.0 if name != "IIN" else 0.0
            slopes += [
                1 / np.pi + 2 * r * v,
                v * v - 2.5 + 10.0 * i_e - j_i * i_i - (np.pi * r) ** 2,
                x_e,
                x_i,
                3.25 * (exc + own[0]) - 2 * x_e - i_e,
                11.0 * (inh + own[1]) - x_i - i_i / 4,
            ]
        return slopes

    op = {"PC": "Op_exc_syns", "EIN": "Op_exc_syns", "IIN": "Op_inh_syns"}
    paths = [f"{name}/{op[name]}/{v}" for name in names for v in ("r", "v", "I_e", "I_i", "x_e", "x_i")]
    return paths, [0.0] * 18, rhs


OWN = {
    N + "qif.qif_gap": lambda: qif_gap(3.0, 0.4),
    N + "qif.qif_alpha_syn": lambda: qif_alpha_syn(3.0),
    N + "theta.kmo_conductance": lambda: kmo_conductance(6.0),
    O + "stuartlandau.sl_corrected": lambda: sl_corrected(0.1),
    O + "stuartlandau.sl_burst": sl_burst,
    "CNS_2019_Tutorial.templates.EC": lambda: tutorial(["Pop_exc"], {}),
    "CNS_2019_Tutorial.templates.JRC_nosyns": lambda: tutorial(["PC", "EIN", "IIN"], COLUMN),
    "CNS_2019_Tutorial.templates.JRC": tutorial_synapses,
}


def pyrates(name, values):
    from pyrates import CircuitTemplate, clear_frontend_caches

    clear_frontend_caches()
    circuit = CircuitTemplate.from_yaml("model_templates." + name)
    is_complex = "kmo_mf" in name or "theta.kmo_theta" in name
    precision = "complex128" if is_complex else "float64"
    options = dict(step_size=1e-3, backend="default", solver="scipy", float_precision=precision, vectorize=False, verbose=False, in_place=False)
    rhs, args, keys, states = circuit.get_run_func("f", **options)
    args = list(args)
    start = np.array(args[1], dtype=complex if is_complex else float)
    for path, value in values.items():
        if path in keys:
            args[keys.index(path)] = value
        else:
            start[states[path]] = value
    # Stages of delays are states without names of their own.
    paths = {path: index for path, index in states.items() if "_d" not in path.split("/")[-1] and not isinstance(index, tuple)}
    if not is_complex:

        def slopes(t, y):
            args[0], args[1], args[2] = t, y, np.zeros(len(y))
            return np.array(rhs(*args))

        return list(paths), start, slopes, list(paths.values())

    def slopes(t, y):
        half = len(y) // 2
        args[0], args[1], args[2] = t, y[:half] + 1j * y[half:], np.zeros(half, dtype=complex)
        found = np.array(rhs(*args))
        return np.concatenate([found.real, found.imag])

    half = len(start)
    parts = [(f"{path}{part}", index + offset) for path, index in paths.items() for part, offset in ((".re", 0), (".im", half))]
    return [path for path, _ in parts], np.concatenate([start.real, start.imag]), slopes, [index for _, index in parts]


lines = []
for name, (time, values) in CASES.items():
    if name in OWN:
        paths, start, slopes = OWN[name]()
        rows = range(len(paths))
    else:
        paths, start, slopes, rows = pyrates(name, values)
    at = np.linspace(0.0, time, SAMPLES)
    run = solve_ivp(slopes, (0.0, time), start, method="DOP853", rtol=1e-12, atol=1e-15, t_eval=at)
    assert run.success, name
    states = {path: [float(f"{value:.13g}") for value in run.y[row]] for path, row in zip(paths, rows)}
    lines.append(f'"model_templates.{name}": {json.dumps({"time": time, "values": values, "states": states})}')
print("{\n" + ",\n".join(lines) + "\n}")
