"""Times the peers. Reads jobs as lines of JSON, answers each with a line of JSON: {"seconds": [...]} or {"missing": "why"}."""

import json
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np  # noqa: E402
import pycwt  # noqa: E402
import pycwt.helpers  # noqa: E402

MOTHER = pycwt.Morlet(6)
DJ = 1 / 12
S0 = 2 / MOTHER.flambda()


def timed(work, repeats):
    """Seconds of each repetition; work may tell its own."""
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        own = work()
        seconds.append(own if isinstance(own, float) else time.perf_counter() - started)
    return seconds


def as_it_is(count, J):
    """pycwt's own function, its progress bar and cache switched off."""
    pycwt.wct_significance(0.7, 0.5, 1, DJ, S0, J, 0.95, MOTHER, count, progress=False, cache=False)


def vectorised(count, J):
    """The same NumPy and SciPy calls, with the counting loop replaced by one histogram a scale."""
    scales = S0 * 2 ** (np.arange(J + 1) * DJ)
    n = int(np.ceil(6 * scales[-1]))
    weights = np.ones([1, n]) * scales[:, None]
    position = np.minimum(np.arange(n), n - 1 - np.arange(n)) + 0.5
    outside = position >= np.sqrt(2) * scales[:, None]
    counts = np.zeros([J + 1, 1000])
    for _ in range(count):
        noise = [pycwt.helpers.rednoise(n, g, 1) for g in (0.7, 0.5)]
        w1, w2 = (pycwt.cwt(x, 1, dj=DJ, s0=S0, J=J, wavelet=MOTHER)[0] for x in noise)
        power1 = MOTHER.smooth(np.abs(w1) ** 2 / weights, 1, DJ, scales)
        power2 = MOTHER.smooth(np.abs(w2) ** 2 / weights, 1, DJ, scales)
        cross = MOTHER.smooth(w1 * w2.conj() / weights, 1, DJ, scales)
        coherence = np.abs(cross) ** 2 / (power1 * power2)
        for j in range(J + 1):
            counts[j] += np.histogram(coherence[j, outside[j]], 1000, (0, 1))[0]
    return counts


def one_of_joblib(seed, J):
    np.random.seed(seed)
    as_it_is(1, J)


def with_joblib(count, J):
    """pycwt-mod's approach: joblib over a worker that is seeded and does one surrogate."""
    from joblib import Parallel, delayed

    Parallel(n_jobs=-1)(delayed(one_of_joblib)(seed, J) for seed in range(count))


def coherence(n):
    rng = np.random.default_rng(1)
    pycwt.wct(rng.standard_normal(n), rng.standard_normal(n), 1, dj=DJ, s0=-1, J=-1, sig=False, wavelet=MOTHER)


def fcwt_transform(n, scales):
    import fcwt

    x = np.random.default_rng(1).standard_normal(n).astype(np.float32)
    fcwt.cwt(x, 1000, 4000 / n, 400, scales, nthreads=1, scaling="log")


def pywavelets_transform(n, scales):
    import pywt

    x = np.random.default_rng(1).standard_normal(n).astype(np.float32)
    pywt.cwt(x, np.geomspace(3, n / 8, scales), "cmor2.0-1.0", method="fft")


def ssqueezepy_transform(n, scales):
    os.environ["SSQ_PARALLEL"] = "0"
    import ssqueezepy

    x = np.random.default_rng(1).standard_normal(n).astype(np.float32)
    ssqueezepy.cwt(x, "morlet", scales=np.geomspace(3, n / 8, scales).astype(np.float32))


BATCHES = {}


def bare_transforms(counts, batch_of):
    """Seconds that inverse transforms in single precision take, `times` of each length: each length by the fastest of ten batches."""
    seconds = 0
    for length, times in counts:
        size = max(1, 2**15 // length)
        if (batch_of, length) not in BATCHES:
            BATCHES[batch_of, length] = batch_of(size, length)
        seconds += min(timed(BATCHES[batch_of, length], 10)) * times / size
    return seconds


def fftw_batch(size, length):
    import pyfftw

    x, y = (pyfftw.zeros_aligned((size, length), "complex64", n=64) for _ in range(2))
    return pyfftw.FFTW(x, y, axes=(1,), direction="FFTW_BACKWARD", flags=("FFTW_MEASURE",), threads=1).execute


def pocketfft_batch(size, length):
    import scipy.fft

    x = np.zeros((size, length), "complex64")
    return lambda: scipy.fft.ifft(x, axis=1, norm="forward", workers=1)


JOBS = {
    "pycwt": as_it_is,
    "numpy": vectorised,
    "joblib": with_joblib,
    "pycwt wct": coherence,
    "fcwt": fcwt_transform,
    "pywavelets": pywavelets_transform,
    "ssqueezepy": ssqueezepy_transform,
    "FFTW": lambda counts: bare_transforms(counts, fftw_batch),
    "pocketfft": lambda counts: bare_transforms(counts, pocketfft_batch),
}

# Some peers print, in Python and in C: their words go to the error stream.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

for line in sys.stdin:
    job = json.loads(line)
    try:
        work = lambda: JOBS[job["name"]](*job["args"])  # noqa: E731
        if job.get("warm", True):
            work()
        answer = {"seconds": timed(work, job["repeats"])}
    except Exception as error:  # a peer that is missing or fails is told, not hidden
        answer = {"missing": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), file=answers, flush=True)
