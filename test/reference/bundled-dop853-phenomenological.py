"""
Trajectories of single neurons, oscillators and phenomenological population models, by SciPy's DOP853 at rtol 1e-12.

    pip install scipy numpy && python test/reference/bundled-dop853-phenomenological.py > test/reference/bundled-dop853-phenomenological.json

Right-hand sides are the equations of the papers that the templates name. Each runs for 10 of its slowest times with the values given here,
where it is not chaotic: the Epileptors with a permittivity that is ten times as fast as by default.
"""
import json
import math

import numpy as np
from scipy.integrate import solve_ivp

SAMPLES = 21
tanh, exp, pi = math.tanh, math.exp, math.pi


def fitzhugh(t, y, z=-0.4, a=0.7, b=0.8, c=3.0):
    x, w = y
    return [c * (w + x - x**3 / 3 + z), -(x - a + b * w) / c]


def morris_lecar(t, y, I, gca=4.4, v3=2.0, v4=30.0, phi=0.04):
    v, w = y
    calcium = gca * 0.5 * (1 + tanh((v + 1.2) / 18)) * (v - 120)
    slope = phi * math.cosh((v - v3) / (2 * v4))
    return [(I - calcium - 8 * w * (v + 84) - 2 * (v + 60)) / 20, slope * (0.5 * (1 + tanh((v - v3) / v4)) - w)]


def hindmarsh_rose(t, y, I=2.0, r=0.006, s=4.0, x1=-1.6):
    x, v, z = y
    return [v - x**3 + 3 * x**2 + I - z, 1 - 5 * x**2 - v, r * (s * (x - x1) - z)]


def linoid(x):
    """x/(e^x - 1), 1 at 0."""
    return 1.0 if x == 0 else x / math.expm1(x)


def hodgkin_huxley(t, y, I=10.0):
    v, m, h, n = y
    sodium, potassium, leak = 120 * m**3 * h * (v - 115), 36 * n**4 * (v + 12), 0.3 * (v - 10.6)
    return [
        I - sodium - potassium - leak,
        linoid((25 - v) / 10) * (1 - m) - 4 * exp(-v / 18) * m,
        0.07 * exp(-v / 20) * (1 - h) - h / (exp((30 - v) / 10) + 1),
        0.1 * linoid((10 - v) / 10) * (1 - n) - 0.125 * exp(-v / 80) * n,
    ]


def generic(t, y, a=2.0, b=-10.0, d=0.02):
    v, w = y
    return [d * (w - v**3 + 3 * v**2), d * (b * v - w + a)]


def hopf(t, y, a=1.0, omega=2 * pi):
    x, v = y
    size = x * x + v * v
    return [(a - size) * x - omega * v, (a - size) * v + omega * x]


def epileptor(t, y, tau0=285.7, x0=-1.6):
    x1, y1, z, x2, y2, u = y
    f1 = x1**3 - 3 * x1**2 if x1 < 0 else (x2 - 0.6 * (z - 4) ** 2) * x1
    f2 = 0.0 if x2 < -0.25 else 6 * (x2 + 0.25)
    return [
        y1 - f1 - z + 3.1,
        1 - 5 * x1**2 - y1,
        (4 * (x1 - x0) - z) / tau0,
        -y2 + x2 - x2**3 + 0.45 + 0.002 * u - 0.3 * (z - 3.5),
        (f2 - y2) / 10,
        x1 - 0.01 * u,
    ]


def epileptor2d(t, y, tau0=285.7, x0=-1.6):
    x, z = y
    return [1 - x**3 - 2 * x**2 - z + 3.1, (4 * (x - x0) - z) / tau0]


def larter_breakspear(t, y, dv=0.57):
    v, w, z = y

    def gate(threshold, width, at=v):
        return 0.5 * (1 + tanh((at - threshold) / width))

    rate = 0.4 * gate(0, dv)
    calcium, sodium = (1 + 0.25 * rate) * gate(-0.01, 0.15) * (v - 1), (6.7 * gate(0.3, 0.15) + rate) * (v - 0.53)
    inhibition = 2 * z * gate(0, 0.7, z)
    return [
        -calcium - sodium - 2 * w * (v + 0.7) - 0.5 * (v + 0.5) - inhibition + 0.3,
        0.7 * (gate(0, 0.3) - w),
        0.1 * (0.4 * 0.3 + 2 * v * gate(0, dv)),
    ]


def coombes_byrne(t, y, k=4.0, delta=0.5, alpha=0.95):
    r, v, g, q = y
    return [delta / pi + 2 * r * v - g * r, 20 + v * v - (pi * r) ** 2 + g * (-10 - v), alpha * q, alpha * (k * r - g - 2 * q)]


def gap_junctions(t, y, g=2.0):
    r, v = y
    return [1 / pi + 2 * r * v - g * r, v * v + 1 - (pi * r) ** 2]


def tsodyks_markram(t, y, I=-1.8):
    e, x, u = y
    drive = u * x * e
    return [(-e + 1.5 * math.log1p(exp((3.07 * drive + I) / 1.5))) / 0.013, (1 - x) / 0.15 - drive, (0.3 - u) / 1.5 + 0.3 * (1 - u) * e]


# circuit: time, values by path, states with their starts, slopes
N, O = "model_templates.neural_mass_models.", "model_templates.oscillators."
CASES = {
    O + "fitzhughnagumo.fhn": (100.0, {"p/fhn_op/z": -0.4}, {"x": 1.1994, "y": -0.6243}, fitzhugh),
    O + "morrislecar.ml": (500.0, {"p/ml_op/I": 100.0}, {"V": -60.0, "w": 0.01}, lambda t, y: morris_lecar(t, y, 100.0)),
    O + "morrislecar.ml_snic": (
        300.0,
        {"p/ml_op/I": 45.0},
        {"V": -60.0, "w": 0.01},
        lambda t, y: morris_lecar(t, y, 45.0, 4.0, 12.0, 17.4, 0.06666666666666667),
    ),
    O + "hindmarshrose.hr": (1667.0, {}, {"x": -1.6, "y": -12.0, "z": 0.0}, hindmarsh_rose),
    O + "hodgkinhuxley.hh": (100.0, {"p/hh_op/I": 10.0}, {"V": 0.0, "m": 0.0529, "h": 0.5961, "n": 0.3177}, hodgkin_huxley),
    O + "generic2d.g2d": (500.0, {"p/g2d_op/a": 2.0}, {"V": 0.0, "W": 0.0}, generic),
    O + "hopf.hopf": (9.7, {}, {"z.re": 0.1, "z.im": 0.0}, hopf),
    N + "epileptor.epileptor": (
        2857.0,
        {"p/epileptor_op/tau_0": 285.7},
        {"x_1": -1.6, "y_1": -11.8, "z": 3.0, "x_2": -1.0, "y_2": 0.0, "u": -160.0},
        epileptor,
    ),
    N + "epileptor.epileptor2d": (2857.0, {"p/epileptor2d_op/tau_0": 285.7}, {"x_1": -1.6, "z": 3.0}, epileptor2d),
    N + "larterbreakspear.lb": (100.0, {}, {"V": 0.1, "W": 0.1, "Z": 0.1}, larter_breakspear),
    N + "coombesbyrne.coombesbyrne": (47.0, {"p/cb_op/k": 4.0}, {"r": 0.5, "V": 0.0, "g": 0.1, "q": 0.0}, coombes_byrne),
    N + "montbrio.mpr_gap": (50.0, {}, {"r": 0.3, "v": 0.0}, gap_junctions),
    N + "tsodyksmarkram.tm": (15.0, {"p/tm_op/I": -1.8, "p/tm_op/E": 9.0, "p/tm_op/x": 0.46, "p/tm_op/u": 0.86}, {"E": 9.0, "x": 0.46, "u": 0.86}, tsodyks_markram),
}
OPERATORS = {"ml_snic": "ml", "coombesbyrne": "cb"}

lines = []
for name, (time, values, states, slopes) in CASES.items():
    circuit = name.split(".")[-1]
    op = f"p/{OPERATORS.get(circuit, circuit)}_op/"
    at = np.linspace(0.0, time, SAMPLES)
    run = solve_ivp(slopes, (0.0, time), list(states.values()), method="DOP853", rtol=1e-12, atol=1e-15, t_eval=at)
    assert run.success, name
    found = {op + state: [float(f"{value:.13g}") for value in run.y[row]] for row, state in enumerate(states)}
    lines.append(f'"{name}": {json.dumps({"time": time, "values": values, "states": found})}')
print("{\n" + ",\n".join(lines) + "\n}")
