"""CFR+ of OpenSpiel (C++): iterations a second and exploitability on the way."""

import json
import sys
import time

import pyspiel

name, checks = sys.argv[1], [int(text) for text in sys.argv[2].split(",")]
game = pyspiel.load_game(name)
solver = pyspiel.CFRPlusSolver(game)
done, seconds, way = 0, 0.0, []
for check in checks:
    start = time.process_time()
    while done < check:
        solver.evaluate_and_update_policy()
        done += 1
    seconds += time.process_time() - start
    way.append(pyspiel.exploitability(game, solver.average_policy()))
print(json.dumps({"name": name, "iterations": done, "seconds": seconds, "way": way}))
