#!/usr/bin/env bash
# libphonenumber's Python port, phonenumbers 9.0.43 (PyPI).
#
# Guess: a form field with two German numbers, the second without its area code ("030 123456 / 789012"), is no number, or is
# read as the first one, since a slash stands between them.
# Seen: it is one number of fourteen digits, and a valid one; so a lead form that trusts "valid" keeps a number that rings nowhere,
# and two people with the same first number are two. With British or American numbers the same field is "too long".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43
"$folder/env/bin/python" - <<'PYTHON'
import phonenumbers as p

number = p.parse("030 123456 / 789012", "DE")
print("030 123456 / 789012 (DE):", p.format_number(number, p.PhoneNumberFormat.E164), "valid:", p.is_valid_number(number))
assert number.national_number == 30123456789012 and p.is_valid_number(number)

for text, country in [("0161 496 0000 / 0161 496 0001", "GB"), ("650-253-0000 / 650-253-0001", "US")]:
    try:
        p.parse(text, country)
        raise AssertionError(f"{text} was read")
    except p.NumberParseException as refused:
        print(f"{text} ({country}):", refused)
        assert refused.error_type == p.NumberParseException.TOO_LONG
PYTHON
echo "as stated"
