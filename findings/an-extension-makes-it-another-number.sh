#!/usr/bin/env bash
# phone 3.1.72 (npm), which brings numbers into E.164; beside it libphonenumber-js 1.13.16 (npm).
#
# Guess: an American number with an extension (";ext=5" as RFC 3966 writes it, or "ext. 5" as people do) is refused, or the extension is left out.
# Seen: all digits are put in a row, and where that is one too many the last ten are the number: +1 650 253 0000 with extension 5 is "valid"
# and is +1 502 530 0005, somebody in Kentucky. With two digits of extension, or another country, it is refused. libphonenumber-js
# gives number and extension.
# A lead from an office, handed on with its extension, is written to the CRM with a stranger's number, who is then called for a roof.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error phone@3.1.72 libphonenumber-js@1.13.16 >/dev/null
cat >read.cjs <<'JS'
const assert = require("node:assert");
const parse = require("libphonenumber-js/max");
const { phone } = require("phone");

const seen = {
  "+16502530000": "+16502530000",
  "+16502530000;ext=5": "+15025300005",
  "+1 650 253 0000 ext. 5": "+15025300005",
  "+1 650 253 0000 ext. 12": null,
  "+447911123456;ext=5": null,
};
for (const [text, number] of Object.entries(seen)) {
  const other = parse(text);
  console.log(`${text}: phone ${phone(text).phoneNumber ?? "refuses"}, libphonenumber-js ${other.number} ${other.ext ?? ""}`);
  assert.equal(phone(text).phoneNumber, number);
  assert.equal(phone(text).isValid, number !== null);
  assert(text.replaceAll(" ", "").startsWith(other.number));
}
JS
node read.cjs
echo "as stated"
