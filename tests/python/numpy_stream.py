"""Writes `count` draws of NumPy's default_rng(seed) as float64 bytes: numpy_stream.py method seed count [arguments]."""

import sys

import numpy as np

method, seed, count, *arguments = sys.argv[1:]
draws = getattr(np.random.default_rng(int(seed)), method)(*[int(a) for a in arguments], size=int(count))
sys.stdout.buffer.write(draws.astype("<f8").tobytes())
