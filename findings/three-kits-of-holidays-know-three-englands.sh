#!/usr/bin/env bash
# holidays 0.109 and workalendar 17.0.0 (PyPI), date-holidays 3.37.0 (npm), which know on what days nobody works.
#
# Guess: asked for "GB" and nothing closer, they give the days that hold for most of the country, or at least all the
# same; more than four of five people there live in England, whose eight bank holidays are the ones everybody means.
# Seen: for 2027 workalendar has Easter Monday and August's bank holiday, date-holidays the first of them, holidays
# none: it gives what all four parts of the kingdom share. None says that there is more to ask for. With England named
# ("ENG") the last two have both. It is so with Canada: Thanksgiving, a holiday in most of its provinces, is in neither
# of the last two. And holidays gives Switzerland 4 days and no Easter Monday, date-holidays 11.
# A term of "two business days" to return a lead ends on a holiday, and whose reminder says otherwise has lost the
# money.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check holidays==0.109 workalendar==17.0.0
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error date-holidays@3.37.0 >/dev/null
cat >three.py <<'PYTHON'
import subprocess
from datetime import date

import holidays
from workalendar.europe import UnitedKingdom

SCRIPT = """
const Holidays = require("date-holidays");
const days = new Holidays(...process.argv.slice(1)).getHolidays(2027).filter((day) => day.type === "public");
console.log(days.map((day) => day.date.slice(0, 10)).join());
"""


def by_node(*place):
    out = subprocess.run(["node", "-e", SCRIPT, *place], check=True, capture_output=True, text=True).stdout
    return {date.fromisoformat(day) for day in out.strip().split(",")}


def by_holidays(country, part=None):
    return set(holidays.country_holidays(country, subdiv=part, years=2027))


easter_monday, august, thanksgiving = date(2027, 3, 29), date(2027, 8, 30), date(2027, 10, 11)
asked = {
    "GB, workalendar": {day for day, _ in UnitedKingdom().holidays(2027)},
    "GB, date-holidays": by_node("GB"),
    "GB, holidays": by_holidays("GB"),
    "England, date-holidays": by_node("GB", "ENG"),
    "England, holidays": by_holidays("GB", "ENG"),
}
seen = [(True, True), (True, False), (False, False), (True, True), (True, True)]
for (name, days), expected in zip(asked.items(), seen):
    got = (easter_monday in days, august in days)
    print(f"{name}: Easter Monday {got[0]}, August's bank holiday {got[1]}")
    assert got == expected
canada = thanksgiving in by_node("CA"), thanksgiving in by_holidays("CA"), thanksgiving in by_holidays("CA", "ON")
print("Canada's Thanksgiving: date-holidays", canada[0], "holidays", canada[1], "holidays for Ontario", canada[2])
assert canada == (False, False, True)
swiss = len(by_node("CH")), len(by_holidays("CH"))
print("Switzerland: date-holidays", swiss[0], "holidays", swiss[1])
assert swiss == (11, 4) and easter_monday not in by_holidays("CH")
PYTHON
env/bin/python three.py
echo "as stated"
