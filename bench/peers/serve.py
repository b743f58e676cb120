"""What the Python programs of this folder have in common: the lines that they answer.

A peer reads a line of JSON at a time and answers each with one. The first is the case; further ones, {"traces": path or null},
are calls of it. An answer tells the call's wall time and processor time in ms, and the processor time of the process so far; traces
go to the file as float64, [point][V_e, V_i][sample] in V, after the clocks have stopped.
"""

import json
import os
import sys
import time

import numpy as np


def serve(prepare, **versions):
    """`prepare(case)` gives the call: a function without arguments that returns the traces. What it does itself counts for the first."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer

    def answer(value):
        print(json.dumps(value), file=answers, flush=True)

    case = json.loads(sys.stdin.readline())
    if "noise" in case:
        case["noise"] = np.fromfile(case["noise"])
    if "C" in case:
        case["C"] = np.array(case["C"], float)
    answer(versions)
    call = None
    for line in sys.stdin:
        wall, cpu = time.perf_counter(), time.process_time()
        call = call or prepare(case)
        traces = call()
        wall, now = time.perf_counter() - wall, time.process_time()
        path = json.loads(line).get("traces")
        if path:
            np.ascontiguousarray(traces, dtype=np.float64).tofile(path)
        answer({"ms": 1e3 * wall, "cpu": 1e3 * (now - cpu), "process": 1e3 * now})
