"""
Trajectories of the bundled models that are written from their papers, by SciPy's DOP853 at rtol 1e-12.

    pip install scipy numpy && python test/reference/bundled-dop853-masses.py > test/reference/bundled-dop853-masses.json

The equations are written once more here, from the papers. Each model runs for at least 10 of its slowest times, with the values given here, where it is not
chaotic. Robinson's, whose delays are not of ordinary equations, goes by the method of steps: each piece of half a delay is a DOP853 run that
reads the dense output of the one before.
"""
import json

import numpy as np
from scipy.integrate import solve_ivp

SAMPLES = 21
N = "model_templates.neural_mass_models."


def logistic(x):
    return 1.0 / (1.0 + np.exp(-x))


def psp(gain, rate, drive, v, x):
    """Slope of x of a second-order synapse with impulse response gain*rate*t*exp(-rate*t)."""
    return gain * rate * drive - 2.0 * rate * x - rate * rate * v


def transfer(current, a, b, d):
    x = a * current - b
    return x / -np.expm1(-d * x)


def rww(I_ext):
    def slopes(t, y):
        (s,) = y
        rate = transfer(0.9 * 0.2609 * s + 0.3 + I_ext, 270.0, 108.0, 0.154)
        return [-s / 100.0 + (1.0 - s) * 0.641e-3 * rate]

    return {"s": 0.1}, slopes


def rww_ei(I_ext, J_i):
    def slopes(t, y):
        s_e, s_i = y
        exc = transfer(0.382 + 1.4 * 0.15 * s_e - J_i * s_i + I_ext, 310.0, 125.0, 0.16)
        inh = transfer(0.7 * 0.382 + 0.15 * s_e - s_i, 615.0, 177.0, 0.087)
        return [-s_e / 100.0 + (1.0 - s_e) * 0.641e-3 * exc, -s_i / 10.0 + inh / 1000.0]

    return {"s_e": 0.1, "s_i": 0.05}, slopes


def jansen_sigmoid(v):
    return 5.0 * logistic(0.56 * (v - 6.0))


def wendling(A, B, G):
    C, a, b, g = 135.0, 100.0, 50.0, 500.0
    S = jansen_sigmoid

    def slopes(t, y):
        p, xp, e, xe, s, xs, f, xf, k, xk = y
        slow = S(0.25 * C * p)
        return [
            *(xp, psp(A, a, S(e - s - f), p, xp)),
            *(xe, psp(A, a, 90.0 + 0.8 * C * S(C * p), e, xe)),
            *(xs, psp(B, b, 0.25 * C * slow, s, xs)),
            *(xf, psp(G, g, 0.8 * C * S(0.3 * C * p - 0.1 * C * k), f, xf)),
            *(xk, psp(B, b, slow, k, xk)),
        ]

    return {name: 0.0 for name in "V_p X_p V_e X_e V_s X_s V_f X_f V_sf X_sf".split()}, slopes


def zetterberg(P, U, Q, gamma_5):
    S = jansen_sigmoid

    def slopes(t, y):
        v1, x1, v2, x2, v3, x3, v4, x4, v5, x5 = y
        pyramidal, inhibitory = S(v2 - v3), S(v4 - v5)
        return [
            *(x1, psp(3.25, 100.0, 135.0 * pyramidal + U, v1, x1)),
            *(x2, psp(3.25, 100.0, 108.0 * S(v1) + P, v2, x2)),
            *(x3, psp(22.0, 50.0, 33.75 * inhibitory, v3, x3)),
            *(x4, psp(3.25, 100.0, 33.75 * pyramidal + Q, v4, x4)),
            *(x5, psp(22.0, 50.0, gamma_5 * inhibitory, v5, x5)),
        ]

    return {f"{kind}_{k}": 0.0 for k in range(1, 6) for kind in "VX"}, slopes


def davidfriston(w):
    S = jansen_sigmoid
    kinetics = [(w, 1 / 0.0108, 1 / 0.022), (1.0 - w, 1 / 0.0046, 1 / 0.0029)]

    def slopes(t, y):
        rows = y.reshape(2, 3, 2)
        inner = sum(part * row[0, 0] for (part, _, _), row in zip(kinetics, rows))
        soma = sum(part * (row[1, 0] - row[2, 0]) for (part, _, _), row in zip(kinetics, rows))
        found = []
        for (_, fast, slow), row in zip(kinetics, rows):
            drives = (
                (0.0325 * fast, fast, S(soma)),
                (0.0325 * fast, fast, 108.0 * S(135.0 * inner) + 220.0),
                (0.44 * slow, slow, 33.75 * S(33.75 * inner)),
            )
            for (gain, rate, drive), (v, x) in zip(drives, row):
                found += [x, psp(gain, rate, drive, v, x)]
        return found

    return {f"{name}_{k}": 0.0 for k in (1, 2) for name in "yYeEiI"}, slopes


def moran(u):
    def s(v):
        return logistic(2.0 * (v - 1.0)) - logistic(-2.0)

    def slopes(t, y):
        v1, x1, v2, x2, v3, x3, v4, x4, v5, x5, a = y
        pyramidal, stellate, inhibitory = s(v2 - v3), s(v1 - a), s(v4 - v5)
        return [
            *(x1, psp(4.0, 250.0, 128.0 * pyramidal + u, v1, x1)),
            *(x2, psp(4.0, 250.0, 128.0 * stellate, v2, x2)),
            *(x3, psp(32.0, 62.5, 64.0 * inhibitory, v3, x3)),
            *(x4, psp(4.0, 250.0, 64.0 * pyramidal, v4, x4)),
            *(x5, psp(32.0, 62.5, 16.0 * inhibitory, v5, x5)),
            (stellate - a) / 0.512,
        ]

    return {**{f"{kind}_{k}": 0.0 for k in range(1, 6) for kind in "VX"}, "a": 0.0}, slopes


def cmc(u, f_in, b_in):
    tau = np.array([2.0, 2.0, 16.0, 28.0]) / 1000.0
    # Rows are targets, columns sources: stellate, superficial, inhibitory, deep.
    weights = 200.0 * np.array([[-4, -4, -8, 0], [4, -4, 0, 0], [4, 0, -4, 2], [0, 0, -2, -1]])
    drive = np.array([u + 200.0 * f_in, -200.0 * b_in, -100.0 * b_in, 100.0 * f_in])

    def slopes(t, y):
        v, x = y[0::2], y[1::2]
        found = np.empty(8)
        found[0::2] = x
        found[1::2] = (weights @ (logistic(2.0 / 3.0 * v) - 0.5) + drive - 2.0 * x - v / tau) / tau
        return found

    return {f"{kind}_{name}": 0.0 for name in ("ss", "sp", "ii", "dp") for kind in "VX"}, slopes


def liley(p_ee, s_in):
    e, rest, up, down = np.e, -70.0, 45.0, -90.0
    fast, slow = 1.0 / 0.99, 0.141643059490085

    def slopes(t, y):
        h_e, h_i, *synapses = y
        ee, jee, ei, jei, ie, jie, ii, jii, fee, gee, fei, gei = synapses
        exc, inh = 0.5 * logistic(2**0.5 * (h_e + 49.0) / 4.75), 0.5 * logistic(2**0.5 * (h_i + 41.0) / 5.25)
        return [
            (rest - h_e + (up - h_e) / (up - rest) * ee + (down - h_e) / (rest - down) * ie) / 98.0,
            (rest - h_i + (up - h_i) / (up - rest) * ei + (down - h_i) / (rest - down) * ii) / 34.0,
            *(jee, psp(1.22 * e, fast, 3034.0 * exc + fee + p_ee, ee, jee)),
            *(jei, psp(1.22 * e, fast, 3034.0 * exc + fei + 8.742, ei, jei)),
            *(jie, psp(3.6 * e, slow, 536.0 * inh, ie, jie)),
            *(jii, psp(3.6 * e, slow, 536.0 * inh, ii, jii)),
            *(gee, psp(0.28, 0.28, 4000.0 * s_in, fee, gee)),
            *(gei, psp(0.28, 0.28, 2000.0 * s_in, fei, gei)),
        ]

    names = "h_e h_i I_ee J_ee I_ei J_ei I_ie J_ie I_ii J_ii phi_ee psi_ee phi_ei psi_ei".split()
    return {**{name: 0.0 for name in names}, "h_e": rest, "h_i": rest}, slopes


# file.circuit: operator, time, values, the equations and their start
CASES = {
    "wongwang.rww": ("rww_op", 1000.0, {"I_ext": 0.02}, rww(0.02)),
    "wongwang.rww_ei": ("rww_ei_op", 1000.0, {"I_ext": 0.05, "J_i": 0.8}, rww_ei(0.05, 0.8)),
    "wendling.wendling": ("wendling_op", 2.0, {"A": 5.0, "B": 25.0, "G": 15.0}, wendling(5.0, 25.0, 15.0)),
    "zetterberg.zetterberg": ("zetterberg_op", 1.0, {"P": 150.0, "U": 5.0, "Q": 2.0, "gamma_5": 0.5}, zetterberg(150.0, 5.0, 2.0, 0.5)),
    "davidfriston.davidfriston": ("davidfriston_op", 1.0, {"w": 0.98}, davidfriston(0.98)),
    "moran.moran": ("moran_op", 6.0, {"u": 20.0}, moran(20.0)),
    "cmc.cmc": ("cmc_op", 0.3, {"u": 300.0, "f_in": 0.5, "b_in": 0.3}, cmc(300.0, 0.5, 0.3)),
    "liley.liley": ("liley_op", 1000.0, {"p_ee": 5.0, "s_in": 0.001}, liley(5.0, 0.001)),
}


def robinson(time):
    """The field phi and all potentials, at rest at 0 before time 0."""
    alpha, beta, gamma, half = 83.33333333, 769.2307692, 116.0, 0.0425
    nu = dict(ee=1.525377176, ei=-3.022754434, es=0.5674779589, re=0.1695899041, rs=0.05070036187)
    nu |= dict(se=3.447358203, sr=-1.465128967, sn=3.593330094)

    def q(v):
        return 340.0 * logistic((v - 12.92) / 3.8)

    def past_of(pieces, t):
        return pieces[min(int(t / half), len(pieces) - 1)].sol(t) if t > 0 else np.zeros(8)

    def slopes(pieces):
        def found(t, y):
            phi, w, v_e, x_e, v_r, x_r, v_s, x_s = y
            old = past_of(pieces, t - half)
            dendrite = lambda drive, v, x: alpha * beta * (drive - v) - (alpha + beta) * x
            return [
                w,
                gamma**2 * (q(v_e) - phi) - 2.0 * gamma * w,
                x_e,
                dendrite(nu["ee"] * phi + nu["ei"] * q(v_e) + nu["es"] * q(old[6]), v_e, x_e),
                x_r,
                dendrite(nu["re"] * old[0] + nu["rs"] * q(v_s), v_r, x_r),
                x_s,
                dendrite(nu["se"] * old[0] + nu["sr"] * q(v_r) + nu["sn"], v_s, x_s),
            ]

        return found

    pieces, y = [], np.zeros(8)
    while len(pieces) * half < time:
        span = (len(pieces) * half, (len(pieces) + 1) * half)
        piece = solve_ivp(slopes(pieces), span, y, method="DOP853", rtol=1e-12, atol=1e-14, max_step=half / 40, dense_output=True)
        assert piece.success
        pieces.append(piece)
        y = piece.y[:, -1]
    return np.array([past_of(pieces, t) for t in np.linspace(0.0, time, SAMPLES)]).T


lines = []
for name, (operator, time, values, (start, slopes)) in CASES.items():
    run = solve_ivp(slopes, (0.0, time), list(start.values()), method="DOP853", rtol=1e-12, atol=1e-15, t_eval=np.linspace(0.0, time, SAMPLES))
    assert run.success, name
    found = dict(zip(start, run.y))
    lines.append((name, operator, time, values, found))
names = "phi W V_e X_e V_r X_r V_s X_s".split()
lines.append(("robinson.robinson", "robinson_op", 6.0, {}, dict(zip(names, robinson(6.0)))))

texts = []
for name, operator, time, values, found in lines:
    states = {f"p/{operator}/{key}": [float(f"{value:.13g}") for value in row] for key, row in found.items()}
    given = {f"p/{operator}/{key}": value for key, value in values.items()}
    texts.append(f'"{N}{name}": {json.dumps({"time": time, "values": given, "states": states})}')
print("{\n" + ",\n".join(texts) + "\n}")
