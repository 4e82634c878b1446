#!/usr/bin/env bash
# phonenumbers 9.0.43 (PyPI) and libphonenumber-js 1.13.16 (npm), two ports of libphonenumber.
#
# Guess: a number with its country's code and without the plus (messengers' ids are written so, and a spreadsheet takes the plus away) is read as
# that number, as 447911123456 from Britain and 33612345678 from France are; or it is refused.
# Seen: from Germany it depends on the length. The landline 493012345678 is read as +49 30 12345678; the mobile 4915123456789 becomes
# +494915123456789, with the code twice, and that is a valid number: German numbers may be that long. Both ports agree.
# So the lead cannot be called, "valid" says nothing, and the same person with a plus is somebody else. The number with the code
# taken once is valid too; ask for both, and take the shorter.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check phonenumbers==9.0.43
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error libphonenumber-js@1.13.16 >/dev/null
cat >read.py <<'PYTHON'
import sys

import phonenumbers as p

for sent in sys.argv[1:]:
    country, text = sent.split(":")
    number = p.parse(text, country)
    print(sent, p.format_number(number, p.PhoneNumberFormat.E164), "valid" if p.is_valid_number(number) else "invalid")
PYTHON
cat >read.mjs <<'JS'
import parse from "libphonenumber-js/max";
for (const sent of process.argv.slice(2)) {
  const [country, text] = sent.split(":");
  const number = parse(text, country);
  console.log(sent, number.number, number.isValid() ? "valid" : "invalid");
}
JS
sent=(GB:447911123456 FR:33612345678 DE:493012345678 DE:4915123456789)
env/bin/python read.py "${sent[@]}" | tee by-python
node read.mjs "${sent[@]}" >by-js
cmp by-python by-js
cmp by-python - <<'SEEN'
GB:447911123456 +447911123456 valid
FR:33612345678 +33612345678 valid
DE:493012345678 +493012345678 valid
DE:4915123456789 +494915123456789 valid
SEEN
echo "as stated"
