#!/usr/bin/env bash
# libphonenumber's Python port, phonenumbers 9.0.43 (PyPI): in what zone a number is.
#
# Guess: where an area code lies in two zones, a number whose next three digits are not on the list gets both, as
# `time_zones_for_number` gives a tuple and does so for Idaho's 208; or the one that most of the area keeps.
# Seen: it gets one, and that is the one of the smaller part. Of the 124 entries for 270 (western Kentucky) 123 are
# Chicago's and one is New York's: the one for the bare area code, so each number not listed, 270-555-0123 too, is New
# York's. So it is with 850 (Pensacola), 219 (Gary) and, the other way round, 423 (Chattanooga): over half of the
# exchanges that the library holds valid there. Nothing tells a listed number from one by default.
# American law lets a lead be called from 8:00 to 21:00 of its own clock. By the first three calls begin at 7:00, by the
# last they end at 22:00.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check phonenumbers==9.0.43
cat >zones.py <<'PYTHON'
from collections import Counter

import phonenumbers
from phonenumbers.timezone import time_zones_for_number
from phonenumbers.tzdata import TIMEZONE_DATA


def zones(text):
    number = phonenumbers.parse(text)
    assert phonenumbers.is_valid_number(number)
    return tuple(zone.removeprefix("America/") for zone in time_zones_for_number(number))


assert zones("+12085550123") == ("Boise", "Los_Angeles")
for area, default, most in [
    ("270", "New_York", "Chicago"),
    ("850", "New_York", "Chicago"),
    ("219", "New_York", "Chicago"),
    ("423", "Chicago", "New_York"),
]:
    listed = Counter(v for k, v in TIMEZONE_DATA.items() if k.startswith("1" + area) and len(k) > 4)
    answers = Counter(zones(f"+1{area}{exchange}0123") for exchange in range(200, 1000) if exchange % 100 != 11)
    print(area, "listed:", dict(listed), "answers for its exchanges:", dict(answers))
    assert set(listed) == {(f"America/{most}",)}
    assert zones(f"+1{area}5550123") == (default,)
    assert set(answers) == {(default,), (most,)} and answers[(default,)] > sum(answers.values()) / 2
PYTHON
env/bin/python zones.py
echo "as stated"
