"""Writes elnino.csv and co2.csv, beside this file, from the data sets that statsmodels carries.

    python3 -m venv /tmp/venv
    /tmp/venv/bin/pip install statsmodels==0.15.0
    /tmp/venv/bin/python data/make_data.py

Values are written as they stand there: nothing is filled, smoothed or dropped.
"""

import csv
import math
from pathlib import Path

from statsmodels.datasets import co2, elnino

HERE = Path(__file__).parent


def write(name, header, rows):
    with open(HERE / name, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


table = elnino.load_pandas().data  # one row a year: YEAR, JAN ... DEC
write(
    "elnino.csv",
    ["date", "sst"],
    [
        [f"{int(row.iloc[0])}-{month:02d}", f"{row.iloc[month]:.2f}"]
        for _, row in table.iterrows()
        for month in range(1, 13)
    ],
)

weekly = co2.load_pandas().data  # one row a week, NaN where no average could be formed
write(
    "co2.csv",
    ["date", "co2"],
    [[f"{date:%Y-%m-%d}", "" if math.isnan(value) else f"{value:.1f}"] for date, value in weekly["co2"].items()],
)
