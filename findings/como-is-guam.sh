#!/usr/bin/env bash
# us 4.0.0 (PyPI), the states of the USA, and pycountry 26.2.16 (PyPI), from which the other countries' regions are.
#
# Guess: `us.states.lookup` knows the states by name and abbreviation, and what is none of them is None, as "Ontario" and "Sonora" are.
# Seen: names are compared by sound too, and by default. Como and Tunis are Guam and Tennessee, Man (the Isle of) is Maine, and "Michoacan",
# which is how its people write that state in a form, is Michigan. Of the 5,000 regions outside the USA that pycountry lists 14 are some state or territory.
# lookup(name, field="name") compares the letters.
# A lead from Michoacan is sold to a roofer in Michigan, and the check that it has a state of the USA at all is passed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check us==4.0.0 pycountry==26.2.16
"$folder/env/bin/python" - <<'PYTHON'
import pycountry
import us


def lookup(name, **how):
    state = us.states.lookup(name, **how)
    return state and state.name


seen = {"Ontario": None, "Sonora": None, "Michoacan": "Michigan", "Como": "Guam", "Tunis": "Tennessee", "Man": "Maine"}
for region, state in seen.items():
    print(region, "->", lookup(region), "| by name:", lookup(region, field="name"))
    assert lookup(region) == state
    assert lookup(region, field="name") is None
abroad = [region for region in pycountry.subdivisions if region.country_code not in ("US", "UM")]
taken = [region for region in abroad if lookup(region.name) not in (None, region.name)]
print(len(taken), "of", len(abroad), "regions abroad:", ", ".join(f"{region.name} ({region.country_code})" for region in taken))
assert len(taken) == 14
PYTHON
echo "as stated"
