"""Reads maps of coherence and writes the sizes and masses of their patches, by scipy.ndimage.label: neighbours along time and along
scale, not across corners."""

import json
import sys

import numpy as np
from scipy import ndimage

given = json.load(sys.stdin)
area = given["octaves"] * given["dt"] / np.array(given["periods"])[:, None]
found = []
for flat in given["coherence"]:
    coherence = np.array(flat).reshape(given["shape"])
    mass = area * (np.log(1 - coherence) / np.log(1 - given["level"]) - 1)
    significant = coherence > given["level"]
    labels, count = ndimage.label(significant)
    index = range(1, count + 1)
    found.append({
        "sizes": [int(size) for size in ndimage.sum(significant, labels, index)],
        "masses": [float(one) for one in ndimage.sum(mass, labels, index)],
    })
json.dump(found, sys.stdout)
