"""Writes what pycwt computes, as JSON on standard output; tests/fixtures/pycwt.json keeps it.

    .venv/bin/python tests/python/pycwt_fixtures.py > tests/fixtures/pycwt.json

Matrices have a row for each scale and hold every STRIDE-th sample from the first.
"""

import json
import warnings
from importlib.metadata import version

import numpy
import pycwt

STRIDE = 11
MOTHERS = {
    "morlet": pycwt.Morlet,
    "paul": pycwt.Paul,
    "dog": pycwt.DOG,
    "mexicanhat": lambda _: pycwt.MexicanHat(),
}


def series(n, seed):
    """Red noise on a sine, with a mean that is not zero."""
    rng = numpy.random.default_rng(seed)
    noise = rng.standard_normal(n)
    for t in range(1, n):
        noise[t] += 0.6 * noise[t - 1]
    return noise + numpy.sin(2 * numpy.pi * numpy.arange(n) / 12 + seed) + 0.5


def rows(matrix):
    return [row[::STRIDE].tolist() for row in matrix]


def cwt_case(name, parameter, n, dt, dj, **more):
    x, mother = series(n, 1), MOTHERS[name](parameter)
    keywords = {k: numpy.array(v) if k == "freqs" else v for k, v in more.items()}
    W, scales, freqs, coi, fft, fftfreqs = pycwt.cwt(x, dt, dj, wavelet=mother, **keywords)
    return {
        "mother": {"name": name, "parameter": parameter},
        "n": n, "dt": dt, "dj": dj, **more,
        "re": rows(W.real), "im": rows(W.imag),
        "scales": scales.tolist(), "freqs": freqs.tolist(), "coi": coi.tolist(),
        "fft": {"re": fft.real[::STRIDE].tolist(), "im": fft.imag[::STRIDE].tolist()},
        "fftfreqs": fftfreqs[::STRIDE].tolist(),
    }


def wct_case(n, dt, dj, **more):
    y1, y2 = series(n, 1), series(n, 2)
    mother = pycwt.Morlet(6)
    coherence, phase, coi, freqs, _ = pycwt.wct(y1, y2, dt, dj, sig=False, wavelet=mother, **more)
    cross, _, _, _ = pycwt.xwt(y1, y2, dt, dj, wavelet=mother, **more)
    return {
        "n": n, "dt": dt, "dj": dj, **more,
        "coherence": rows(coherence), "phase": rows(phase),
        "re": rows(cross.real), "im": rows(cross.imag),
        "freqs": freqs.tolist(), "coi": coi.tolist(),
    }


def icwt_case(name, parameter):
    x, mother = series(200, 1), MOTHERS[name](parameter)
    W, scales, *_ = pycwt.cwt(x, 1, 1 / 8, wavelet=mother)
    return {
        "mother": {"name": name, "parameter": parameter}, "n": 200, "dt": 1, "dj": 1 / 8,
        "values": pycwt.icwt(W, scales, 1, 1 / 8, mother).real[::STRIDE].tolist(),
    }


def significance_cases():
    """The levels that pycwt has right: tests 0 and 2 from a variance."""
    scales = 2 * 2 ** (numpy.arange(0, 25) / 4)
    cases = []
    for name, parameter in [("morlet", 6), ("paul", 4), ("dog", 2), ("dog", 6)]:
        for more in [{"sigma_test": 0}, {"sigma_test": 2, "dof": [4, 16]}]:
            levels, background = pycwt.significance(
                1.7, 0.5, scales, alpha=0.4, significance_level=0.9, wavelet=MOTHERS[name](parameter), **more
            )
            cases.append({
                "mother": {"name": name, "parameter": parameter}, **more,
                "variance": 1.7, "dt": 0.5, "alpha": 0.4, "level": 0.9, "scales": scales.tolist(),
                "significance": numpy.atleast_1d(levels).tolist(), "background": numpy.atleast_1d(background).tolist(),
            })
    return cases


def main():
    warnings.simplefilter("ignore")
    print(json.dumps({
        "about": f"pycwt {version('pycwt')}, numpy {numpy.__version__}, by tests/python/pycwt_fixtures.py; "
                 f"matrices: a row for each scale, every {STRIDE}th sample",
        "stride": STRIDE,
        "series": {f"{n},{seed}": series(n, seed).tolist() for n, seed in [(100, 1), (100, 2), (128, 1), (128, 2), (200, 1)]},
        "cwt": [
            cwt_case("morlet", 6, 100, 1, 1 / 8),
            cwt_case("morlet", 6, 128, 0.25, 1 / 4),
            cwt_case("morlet", 6, 100, 2, 1 / 4, s0=6, J=9),
            cwt_case("morlet", 6, 100, 0.5, 1 / 4, freqs=[0.5, 0.2, 0.1, 0.04]),
            cwt_case("morlet", 8, 100, 1, 1 / 4),
            cwt_case("paul", 4, 100, 1, 1 / 4),
            cwt_case("paul", 2, 100, 0.5, 1 / 4),
            cwt_case("dog", 2, 100, 1, 1 / 4),
            cwt_case("dog", 6, 128, 0.25, 1 / 4),
            cwt_case("dog", 3, 100, 1, 1 / 4),
            cwt_case("mexicanhat", 2, 100, 1, 1 / 3),
        ],
        "wct": [
            wct_case(100, 1, 1 / 12),
            wct_case(128, 0.25, 1 / 4),
            wct_case(100, 2, 1 / 10, s0=6, J=20),
            wct_case(100, 1, 1 / 8, normalize=False),
        ],
        "icwt": [icwt_case("morlet", 6), icwt_case("dog", 2), icwt_case("paul", 4)],
        "significance": significance_cases(),
        "psi": [
            {"name": name, "parameter": parameter, "times": [0, 0.5, 1.3, -2], "re": psi.real.tolist(), "im": psi.imag.tolist()}
            for name, parameter in [("morlet", 6), ("paul", 4), ("paul", 5), ("dog", 2), ("dog", 3), ("dog", 6)]
            for psi in [MOTHERS[name](parameter).psi(numpy.array([0, 0.5, 1.3, -2])) + 0j]
        ],
    }, allow_nan=False))


main()
