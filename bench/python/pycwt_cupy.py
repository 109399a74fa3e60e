"""pycwt's Monte Carlo significance, many surrogates at a time, on a CUDA GPU by CuPy; by NumPy where there is none.

Reads {"n", "J", "surrogates", "batch", "repeats"} as JSON from the first argument, prints {"device", "off", "seconds"} or
{"missing"}. `off` is the largest difference of its coherence from that of pycwt's own functions for the same noise.
With --numpy as second argument NumPy is used although there may be a GPU.
"""

import json
import sys
import time

import numpy
import pycwt

try:
    import cupy

    if cupy.cuda.runtime.getDeviceCount() == 0:
        raise RuntimeError("no CUDA device")
    WHY = None
except Exception as error:
    cupy = None
    WHY = f"{type(error).__name__}: {str(error).splitlines()[0]}"

MOTHER = pycwt.Morlet(6)
DJ = 1 / 12
S0 = 2 / MOTHER.flambda()
AR1 = (0.7, 0.5)
BINS = 1000


class Pipeline:
    """cwt, smoothing and coherence as in pycwt.wct_significance, in single precision, the first axis being surrogates."""

    def __init__(self, xp, n, J):
        self.xp, self.n = xp, n
        scales = S0 * 2 ** (numpy.arange(J + 1) * DJ)
        size = 2 ** int(numpy.ceil(numpy.log2(n)))
        w = 2 * numpy.pi * numpy.fft.fftfreq(size)
        psi = (scales[:, None] * w[1] * size) ** 0.5 * MOTHER.psi_ft(scales[:, None] * w)
        smooth = numpy.exp(-0.5 * scales[:, None] ** 2 * w**2)
        position = n / 2 - numpy.abs(numpy.arange(n) - (n - 1) / 2)
        outside = scales[:, None] <= position * MOTHER.coi()
        window = pycwt.helpers.rect(int(numpy.round(MOTHER.deltaj0 / DJ * 2)), normalize=True)
        # A matrix over scales does what convolve2d(..., "same") does.
        across = numpy.array([numpy.convolve(row, window, "same") for row in numpy.eye(J + 1)]).T
        self.size, self.scales = size, xp.asarray(scales, dtype=xp.float32)[:, None]
        self.psi, self.smooth = xp.asarray(psi, dtype=xp.float32), xp.asarray(smooth, dtype=xp.float32)
        self.across = xp.asarray(across, dtype=xp.float32)
        self.rows, self.times = (xp.asarray(index) for index in numpy.nonzero(outside))
        self.counts = xp.zeros((J + 1) * BINS, dtype=xp.int64)
        self.random = xp.random.default_rng(1)

    def noise(self, count, g):
        """AR(1) by doubling: y[t] has g^k y[t - k] in it."""
        xp, n = self.xp, self.n
        burn_in = int(numpy.ceil(-2 / numpy.log(abs(g))))
        y = self.random.standard_normal((count, n + burn_in), dtype=xp.float32)
        distance = 1
        while distance < n + burn_in and abs(g) ** distance > 1e-12:
            y[:, distance:] += xp.float32(g**distance) * y[:, :-distance].copy()
            distance *= 2
        return y[:, burn_in:]

    def transform(self, y):
        xp = self.xp
        spectrum = xp.fft.fft(y, self.size, axis=-1).astype(xp.complex64)[:, None, :]
        return xp.fft.ifft(spectrum * self.psi, axis=-1)[..., : self.n].astype(xp.complex64)

    def average(self, W):
        xp = self.xp
        T = xp.fft.ifft(self.smooth * xp.fft.fft(W / self.scales, self.size, axis=-1), axis=-1)[..., : self.n]
        T = T if xp.iscomplexobj(W) else T.real
        return xp.matmul(self.across, T.astype(xp.complex64 if xp.iscomplexobj(W) else xp.float32))

    def coherence(self, y1, y2):
        xp = self.xp
        W1, W2 = self.transform(y1), self.transform(y2)
        S1, S2 = self.average(xp.abs(W1) ** 2), self.average(xp.abs(W2) ** 2)
        return xp.abs(self.average(W1 * W2.conj())) ** 2 / (S1 * S2)

    def run(self, count):
        xp = self.xp
        R2 = self.coherence(self.noise(count, AR1[0]), self.noise(count, AR1[1]))
        bins = xp.minimum((R2[:, self.rows, self.times] * BINS).astype(xp.int64), BINS - 1)
        self.counts += xp.bincount((self.rows * BINS + bins).ravel(), minlength=self.counts.size)


def largest_difference(pipeline, J):
    """From pycwt's own functions, away from where both powers vanish."""
    y1, y2 = pipeline.noise(1, AR1[0]), pipeline.noise(1, AR1[1])
    found = pipeline.coherence(y1, y2)[0]
    found = found.get() if cupy and pipeline.xp is cupy else found
    host = [numpy.asarray(y.get() if hasattr(y, "get") else y, dtype=float)[0] for y in (y1, y2)]
    W1, W2 = (pycwt.cwt(y, 1, dj=DJ, s0=S0, J=J, wavelet=MOTHER)[0] for y in host)
    scales = S0 * 2 ** (numpy.arange(J + 1) * DJ)
    smooth = lambda W: MOTHER.smooth(W / scales[:, None], 1, DJ, scales)  # noqa: E731
    expected = numpy.abs(smooth(W1 * W2.conj())) ** 2 / (smooth(numpy.abs(W1) ** 2) * smooth(numpy.abs(W2) ** 2))
    return float(numpy.abs(found - expected).max())


def main():
    job = json.loads(sys.argv[1])
    on_cpu = "--numpy" in sys.argv[2:]
    if cupy is None and not on_cpu:
        return {"missing": f"no CUDA GPU with CuPy ({WHY})"}
    xp = numpy if on_cpu else cupy
    finish = (lambda: None) if on_cpu else cupy.cuda.get_current_stream().synchronize
    device = "NumPy" if on_cpu else cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
    pipeline = Pipeline(xp, job["n"], job["J"])
    off = largest_difference(pipeline, job["J"])
    pipeline.run(job["batch"])
    finish()
    seconds = []
    for _ in range(job["repeats"]):
        started = time.perf_counter()
        done = 0
        while done < job["surrogates"]:
            pipeline.run(job["batch"])
            done += job["batch"]
        finish()
        seconds.append((time.perf_counter() - started) / done)
    return {"device": device, "off": off, "seconds": seconds}


print(json.dumps(main()))
