"""Gambit (pygambit) on games: a line of JSON for each line `FILE METHOD SECONDS` of standard input.

Each is solved by a process of its own, which may use so many seconds of processor time.
"""

import json
import os
import resource
import sys
import time

import pygambit


def solve(game, method):
    nash = pygambit.nash
    if method.startswith("lambda="):
        return pygambit.qre.logit_solve_lambda(game, float(method.removeprefix("lambda=")))
    methods = {
        "enumpure": lambda: nash.enumpure_solve(game),
        "enummixed": lambda: nash.enummixed_solve(game, rational=False),
        "lcp": lambda: nash.lcp_solve(game, rational=False),
        "lp": lambda: nash.lp_solve(game, rational=False),
        "logit": lambda: nash.logit_solve(game),
        "gnm": lambda: nash.gnm_solve(game),
    }
    return methods[method]().equilibria


def answer(path, method):
    game = pygambit.read_nfg(path) if path.endswith(".nfg") else pygambit.read_efg(path)
    start, runs = time.process_time(), 0
    # The clock is coarse: short solutions are repeated.
    while runs == 0 or time.process_time() - start < 0.02:
        profiles = solve(game, method)
        runs += 1
    found = {"seconds": (time.process_time() - start) / runs, "equilibria": len(profiles)}
    if method.startswith("lambda="):
        found["profile"] = [float(profiles[0][index]) for index in range(len(profiles[0]))]
    else:
        found["regret"] = max((float(profile.max_regret()) for profile in profiles), default=None)
    return found


for line in sys.stdin:
    path, method, seconds = line.rstrip("\n").rsplit(" ", 2)
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        try:
            found = answer(path, method)
        except Exception as error:  # whatever it says is its answer
            found = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
        print(json.dumps({"version": pygambit.__version__, **found}), flush=True)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status != 0:
        print(json.dumps({"error": f"no answer in {seconds} s"}), flush=True)
