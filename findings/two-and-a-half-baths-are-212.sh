#!/usr/bin/env bash
# leadconduit-types 4.23.2 (npm), the types of a lead's fields of LeadConduit, which carries leads between sellers and
# buyers.
#
# Guess: what is not one plain number is not valid ("10-20" and "one" are not), or its first number is taken, as of
# "1500 sq ft" and "5 years" it is.
# Seen: what stands between digits is left out and the digits are put together, and that is valid: "2 1/2" bathrooms are
# 212, a room of "20 ft 6 in" is 206, "10:30" is 1030. A comma counts for thousands wherever it stands: "1,5" is 15 and
# "12,5%" is 125, ten times too much, while "1.500,00" is 1.5.
# A filter for three bathrooms and more buys this lead, and prices by size or rate are off a hundredfold, marked as
# valid.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error leadconduit-types@4.23.2 >/dev/null
cat >numbers.cjs <<'JS'
const assert = require("node:assert");
const { number } = require("leadconduit-types");

const seen = {
  "$1,500.00": 1500,
  "1500 sq ft": 1500,
  "5 years": 5,
  "2.5": 2.5,
  "2 1/2": 212,
  "20 ft 6 in": 206,
  "10:30": 1030,
  "1,5": 15,
  "12,5%": 125,
  "1.500,00": 1.5,
};
for (const [text, value] of Object.entries(seen)) {
  const read = number.parse(text);
  console.log(`${text}: ${read}, valid ${read.valid}`);
  assert.deepEqual([Number(read), read.valid], [value, true]);
}
for (const text of ["10-20", "one"]) {
  console.log(`${text}: valid ${number.parse(text).valid}`);
  assert.equal(number.parse(text).valid, false);
}
JS
node numbers.cjs
echo "as stated"
