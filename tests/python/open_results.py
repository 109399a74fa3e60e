"""Opens a study's results with xarray and tells what it sees, as JSON."""

import json
import sys

import xarray

with xarray.open_dataset(sys.argv[1], engine="h5netcdf") as data:
    print(
        json.dumps(
            {
                "dims": dict(data.sizes),
                "coords": sorted(data.coords),
                "coherence": {"dims": list(data.coherence.dims), "units": data.coherence.attrs["units"]},
                "mean": float(data.coherence.mean()),
                "first": str(data.time.values[0])[:10],
                "period_units": data.period.attrs["units"],
                "significance": [None if x != x else float(x) for x in data.significance.values],
                "significant": int(data.significant.sum()),
                "series_units": data.series_2.attrs["units"],
                "attrs": {k: str(v) for k, v in data.attrs.items()},
            }
        )
    )
