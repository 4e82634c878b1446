#!/usr/bin/env bash
# libphonenumber's Python port, phonenumbers 9.0.43 (PyPI): its example numbers.
#
# Guess: seven digits in a row that count upwards are what somebody types who does not want to be called, so that no real numbering plan's
# example has them; a form may refuse such numbers and keep everybody else's.
# Seen: of the 245 regions with an example of a fixed line, 88 have one with such a row (BE 12345678, FR 123456789, GB 1212345678), and each of them is
# valid: they are numbers that a plan gives out. Refused by that rule, a whole block of real subscribers goes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43
"$folder/env/bin/python" - <<'PYTHON'
import re

import phonenumbers as p

examples = {region: p.example_number(region) for region in p.SUPPORTED_REGIONS}
examples = {region: number for region, number in examples.items() if number}
rows = "|".join("".join(str((first + i) % 10) for i in range(7)) for first in range(10))
made_up = {region for region, number in examples.items() if re.search(rows, str(number.national_number))}
print(len(examples), "regions with an example,", len(made_up), "with seven digits that count upwards")
for region in ("BE", "FR", "GB"):
    print(region, p.format_number(examples[region], p.PhoneNumberFormat.NATIONAL))
assert all(p.is_valid_number(examples[region]) for region in made_up)
assert (len(examples), len(made_up)) == (245, 88) and {"BE", "FR", "GB"} <= made_up
PYTHON
echo "as stated"
