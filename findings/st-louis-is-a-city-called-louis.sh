#!/usr/bin/env bash
# pyap 0.3.1 (PyPI), which finds American addresses in free text, as in the message of a lead.
#
# Guess: an address as the post writes it is found, with its street and its city; and if a text has none in a form it
# knows, none is found.
# Seen: "5 Broadway, St. Louis, MO 63101" is a street "Broadway" of the type "St." in the city Louis; so with St. Paul,
# St. Petersburg, Mt. Pleasant and Ft. Worth, even where the street has a type of its own ("12 Oak Lane"). Written out
# ("Saint Petersburg") they are right. An address with its quarter after the street, as those in Washington have ("1200
# G Street NW, Washington"), is not found at all, though "500 NW 5th Ave" is. And "2 new doors at 12 Oak Lane" is number
# 2 of a street "new doors at 12 Oak".
# Leads by such a city match no area that a provider subscribed to, those of the capital have no address, and a roofer
# drives to number 2.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check pyap==0.3.1
cat >found.py <<'PYTHON'
import pyap

seen = {
    "12 Oak Lane, Austin, TX 78701": ("12", "Oak", "Lane", "Austin"),
    "5 Broadway, St. Louis, MO 63101": ("5", "Broadway", "St.", "Louis"),
    "12 Oak Lane, St. Louis, MO 63101": ("12", "Oak Lane", "St.", "Louis"),
    "12 Oak St, St. Paul, MN 55101": ("12", "Oak St", "St.", "Paul"),
    "9 Bay Street, St. Petersburg, FL 33701": ("9", "Bay Street", "St.", "Petersburg"),
    "9 Bay Street, Saint Petersburg, FL 33701": ("9", "Bay", "Street", "Saint Petersburg"),
    "4 Elm Street, Mt. Pleasant, SC 29464": ("4", "Elm Street", "Mt.", "Pleasant"),
    "4 Elm Street, Ft. Worth, TX 76102": ("4", "Elm Street", "Ft.", "Worth"),
    "500 NW 5th Ave, Miami, FL 33128": ("500", "NW 5th", "Ave", "Miami"),
    "1200 G Street NW, Washington, DC 20005": None,
    "77 Oak Lane NE, Atlanta, GA 30303": None,
    "We need 2 new doors at 12 Oak Lane, Austin, TX 78701": ("2", "new doors at 12 Oak", "Lane", "Austin"),
}
for text, parts in seen.items():
    found = [(a.street_number, a.street_name, a.street_type, a.city) for a in pyap.parse(text, country="US")]
    print(f"{text}: {found or 'nothing'}")
    assert found == ([parts] if parts else [])
PYTHON
env/bin/python found.py
echo "as stated"
