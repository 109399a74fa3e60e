"""Runs what standard input asks of NumPy's generators (JSON), and prints what they give (JSON).

{"states": [{"entropy": [...], "spawn_key": [...]}], "programs": [{"seed": ..., "calls": [[method, arguments]]}]}

Whole numbers come as strings, as JavaScript's JSON would round them; so do 64-bit words on the way back.
"""

import json
import sys

import numpy as np


def state(case):
    entropy = case["entropy"]
    entropy = [int(e) for e in entropy] if isinstance(entropy, list) else int(entropy)
    sequence = np.random.SeedSequence(entropy, spawn_key=[int(k) for k in case["spawn_key"]])
    return {
        "uint32": sequence.generate_state(7).tolist(),
        "uint64": [str(word) for word in sequence.generate_state(5, np.uint64)],
        "children": [child.generate_state(2).tolist() for child in sequence.spawn(2) + sequence.spawn(2)],
    }


def call(rng, method, arguments):
    if method == "shuffle":
        items = np.array(arguments["items"], dtype=float)
        rng.shuffle(items)
        return items.tolist()
    if method == "integers":
        arguments = {**arguments, "low": int(arguments["low"]), "high": int(arguments["high"])}
    if method == "spawn":
        return [child.random() for child in rng.spawn(arguments["count"])]
    result = getattr(rng, method)(**arguments)
    return result.tolist() if isinstance(result, np.ndarray) else [result]


def program(case):
    rng = np.random.default_rng(int(case["seed"]))
    return [call(rng, method, arguments) for method, arguments in case["calls"]]


asked = json.load(sys.stdin)
json.dump(
    {
        "states": [state(case) for case in asked["states"]],
        "programs": [program(case) for case in asked["programs"]],
    },
    sys.stdout,
    default=int,
)
