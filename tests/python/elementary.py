"""Elementary functions of the float64 values on standard input.

elementary.py log | exp | cos | sin   by mpmath, as pairs (value, remainder) of float64; cos and sin take 2^-32 of a turn
elementary.py log1p                   by the C library, through Python's math
"""

import math
import struct
import sys

from mpmath import cos, exp, log, mp, mpf, pi, sin

mp.dps = 50
name = sys.argv[1]
data = sys.stdin.buffer.read()
values = struct.unpack(f"<{len(data) // 8}d", data)
if name == "log1p":
    out = [math.log1p(x) for x in values]
else:
    turn = 2 * pi / 2**32
    function = {"log": log, "exp": exp, "cos": lambda w: cos(w * turn), "sin": lambda w: sin(w * turn)}[name]
    out = []
    for x in values:
        exact = function(mpf(x))
        near = float(exact)
        out += [near, float(exact - mpf(near))]
sys.stdout.buffer.write(struct.pack(f"<{len(out)}d", *out))
