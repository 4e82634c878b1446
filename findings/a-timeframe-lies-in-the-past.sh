#!/usr/bin/env bash
# dateparser 1.5.0 (PyPI), which reads dates as people write them.
#
# Guess: "3-6 months", the usual answer to "when should the work begin?", is no date and comes back as None, as "within 3 months" does;
# or, if it is one, it lies ahead.
# Seen: it is a date half a year ago. Any count of weeks or months without "in" before it counts back, and a span is its second half, so
# that "0-3 months", who wants to begin at once, was three months ago too. "after 5", an answer to "when may we call?", is a day in May.
# A marketplace that sorts or refuses leads by their timeframe takes its warmest for stale ones. With PREFER_DATES_FROM="future" they lie ahead.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check dateparser==1.5.0
"$folder/env/bin/python" - <<'PYTHON'
from datetime import datetime

import dateparser

sent_at = datetime(2026, 11, 30, 12)


def read(text, **settings):
    date = dateparser.parse(text, languages=["en"], settings={"RELATIVE_BASE": sent_at, **settings})
    return date and date.date().isoformat()


seen = {text: read(text) for text in ["3-6 months", "0-3 months", "1-2 weeks", "2 weeks", "after 5", "in 2 weeks", "within 3 months"]}
for text, date in seen.items():
    print(f"{text!r}, sent on {sent_at.date()}: {date}")
assert seen == {
    "3-6 months": "2026-05-30",
    "0-3 months": "2026-08-30",
    "1-2 weeks": "2026-11-16",
    "2 weeks": "2026-11-16",
    "after 5": "2026-05-30",
    "in 2 weeks": "2026-12-14",
    "within 3 months": None,
}
assert read("3-6 months", PREFER_DATES_FROM="future") == "2027-05-30"
PYTHON
echo "as stated"
