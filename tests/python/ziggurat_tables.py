"""Tables of NumPy's ziggurats: writes random/ziggurat_tables.ts, or prints how far NumPy's are from their definition.

    .venv/bin/python tests/python/ziggurat_tables.py write .../numpy/random/src/distributions/ziggurat_constants.h
    .venv/bin/python tests/python/ziggurat_tables.py exponential     (JSON: tables by the definition)
    .venv/bin/python tests/python/ziggurat_tables.py normal

The definition (Marsaglia & Tsang 2000, J. Stat. Softw. 5(8)): 256 layers of equal area v = r f(r) + integral of f above r,
x[255] = r, f(x[i]) = f(x[i+1]) + v / x[i+1], x[0] = v / f(r); w[i] = x[i] / 2^bits, f[i] = f(x[i]), and
k[i] = x[i-1] / x[i] 2^bits cut to a whole number (k[0] = r / x[0] 2^bits, k[1] = 0).
The exponential's tables are exactly that, but for k, whose lowest bit is cleared. The normal's tables in NumPy were made in
double arithmetic long ago and carry its rounding errors, so they are taken from NumPy's source.
"""

import json
import re
import sys
from pathlib import Path

from mpmath import erfc, exp, floor, log, mp, mpf, pi, sqrt

mp.dps = 60


def tables(f, inverse, tail, r, bits, cut):
    v = r * f(r) + tail(r)
    x = [mpf(0)] * 256
    x[255] = r
    for i in range(254, 0, -1):
        x[i] = inverse(f(x[i + 1]) + v / x[i + 1])
    x[0] = v / f(r)
    ratio = [r / x[0], 0] + [x[i - 1] / x[i] for i in range(2, 256)]
    return {
        "k": [int(floor(q * mpf(2) ** (bits - cut))) << cut for q in ratio],
        "w": [float(q / mpf(2) ** bits) for q in x],
        "f": [1.0] + [float(f(q)) for q in x[1:]],
    }


def exponential():
    r = mpf("7.6971174701310497140446280481")
    return tables(lambda x: exp(-x), lambda y: -log(y), lambda r: exp(-r), r, 53, 1)


def normal():
    r = mpf("3.6541528853610087963519472518")
    return tables(
        lambda x: exp(-x * x / 2), lambda y: sqrt(-2 * log(y)), lambda r: sqrt(pi / 2) * erfc(r / sqrt(2)), r, 52, 0
    )


HEADER = '''/**
 * Tables of NumPy's ziggurats, written by tests/python/ziggurat_tables.py.
 *
 * Those of the normal are the values of NumPy's source (numpy/random/src/distributions/ziggurat_constants.h of 2.4.6,
 * Copyright (c) 2005-2025, NumPy Developers, BSD-3-Clause): they carry the rounding errors of the program that made them, up
 * to 130 units in the last place, so no exact calculation gives them. Those of the exponential follow from the definition
 * (Marsaglia & Tsang 2000), bit for bit.
 */
'''


def write(header):
    text = Path(header).read_text()

    def numpy(name):
        body = re.search(name + r"\[\] = \{(.*?)\};", text, re.S).group(1)
        return [item.strip() for item in body.split(",") if item.strip()]

    parts = {
        "NORMAL_K": ([int(item.rstrip("UL"), 16) for item in numpy("ki_double")], "layer's share, in units of 2^-52"),
        "NORMAL_W": ([float(item) for item in numpy("wi_double")], "layer's width by 2^52"),
        "NORMAL_F": ([float(item) for item in numpy("fi_double")], "density at the layer's edge"),
    }
    e = exponential()
    assert e["k"] == [int(item, 16) for item in numpy("ke_double")]
    assert e["w"] == [float(item) for item in numpy("we_double")]
    assert e["f"] == [float(item) for item in numpy("fe_double")]
    parts["EXPONENTIAL_K"] = (e["k"], "layer's share, in units of 2^-53")
    parts["EXPONENTIAL_W"] = (e["w"], "layer's width by 2^53")
    parts["EXPONENTIAL_F"] = (e["f"], "density at the layer's edge")
    out = HEADER
    for name, (values, meaning) in parts.items():
        kind = name.split("_")[0].capitalize()
        out += f"\n/** {kind}: {meaning}. */\nexport const {name}: Float64Array = Float64Array.of(\n"
        out += "".join(f"  {value!r},\n" for value in values) + ");\n"
    (Path(__file__).parents[2] / "random" / "ziggurat_tables.ts").write_text(out)


if sys.argv[1] == "write":
    write(sys.argv[2])
else:
    print(json.dumps({"exponential": exponential, "normal": normal}[sys.argv[1]]()))
