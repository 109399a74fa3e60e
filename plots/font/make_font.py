"""Writes inter.json, beside this file: a subset of the typeface Inter (SIL Open Font License 1.1, see OFL.txt).

It carries Latin, Greek and Cyrillic letters, arrows and the signs of mathematics, as TrueType in base64, with the advance of each
letter so that labels can be measured where there is no browser.

    npm pack @expo-google-fonts/inter@0.4.2 && tar xzf expo-google-fonts-inter-0.4.2.tgz
    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install fonttools==4.68.0
    /tmp/venv/bin/python plots/font/make_font.py package/400Regular/Inter_400Regular.ttf
"""

import base64
import io
import json
import sys
from pathlib import Path

from fontTools import subset, ttLib

UNICODES = (
    "U+0020-007E,U+00A0-017F,U+0391-03A9,U+03B1-03C9,U+0400-045F,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2032-2033,"
    "U+2070-2089,U+2153-215E,U+20AC,U+2190-2199,U+2202,U+2206,U+2211-2213,U+221A,U+221E,U+2248,U+2260,U+2264-2265,U+25A0-25CF"
)

options = subset.Options(hinting=False, layout_features=["kern", "ccmp", "mark", "mkmk"], desubroutinize=True, recalc_timestamp=False)
font = ttLib.TTFont(sys.argv[1])
chosen = subset.Subsetter(options)
chosen.populate(unicodes=subset.parse_unicodes(UNICODES))
chosen.subset(font)
out = io.BytesIO()
font.save(out)
document = {
    "family": "Inter",
    "unitsPerEm": font["head"].unitsPerEm,
    "ascent": font["hhea"].ascent,
    "descent": -font["hhea"].descent,
    "advances": {chr(code): font["hmtx"][name][0] for code, name in sorted(font.getBestCmap().items())},
    "ttf": base64.b64encode(out.getvalue()).decode(),
}
text = json.dumps(document, ensure_ascii=False, indent=2)
Path(__file__).with_name("inter.json").write_text(text + "\n")
