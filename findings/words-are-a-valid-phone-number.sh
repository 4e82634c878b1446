#!/usr/bin/env bash
# libphonenumber's Python port, phonenumbers 9.0.43 (PyPI).
#
# Guess: letters count as a keypad's digits where a number is written as a word (1-800-FLOWERS), and what a person writes instead of
# a number ("512 call mom") is none.
# Seen: whatever begins with digits is read letter by letter: "512 call mom" is the valid American number 512-225-5666, and
# "555 call mom" is a valid British one. "call my mom", which begins with no digit, is refused.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43
"$folder/env/bin/python" - <<'PYTHON'
import phonenumbers as p

for text, country, digits in [("512 call mom", "US", 5122255666), ("555 call mom", "GB", 5552255666)]:
    number = p.parse(text, country)
    print(f"{text} ({country}):", p.format_number(number, p.PhoneNumberFormat.E164), "valid:", p.is_valid_number(number))
    assert number.national_number == digits and p.is_valid_number(number)
try:
    p.parse("call my mom", "US")
    raise AssertionError("call my mom was read")
except p.NumberParseException as refused:
    print("call my mom (US):", refused)
PYTHON
echo "as stated"
