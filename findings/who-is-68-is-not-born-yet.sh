#!/usr/bin/env bash
# leadconduit-types 4.23.2 (npm), the types of a lead's fields of LeadConduit, which carries leads between sellers and
# buyers.
#
# Guess: a date of birth, which is a type of its own with an age, lies in the past, so that a year of two digits is the
# last year that was; and a date without a day is not valid, or is the first of its month.
# Seen: "05/06/58" is born in 2058, valid, with an age below zero; from 69 on it is right (1969). A year and month
# without a day get the century for a day: "March 2004" is 20 March 2004, "5/1990" is 19 May, and "1990" alone 19
# January. All valid, on whatever day it runs.
# Leads for Medicare are sold by age, and the pages that ask for it are filled in by people who write two digits:
# whoever was born in 1968 or before is refused as not born, and when "the roof is from 2004" becomes a date there is a
# day in it that nobody gave.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error leadconduit-types@4.23.2 >/dev/null
cat >dates.cjs <<'JS'
const assert = require("node:assert");
const { date, dob } = require("leadconduit-types");

for (const [text, day, unborn] of [
  ["05/06/1958", "1958-05-06", false],
  ["05/06/85", "1985-05-06", false],
  ["05/06/69", "1969-05-06", false],
  ["05/06/68", "2068-05-06", true],
  ["05/06/58", "2058-05-06", true],
]) {
  const born = dob.parse(text);
  console.log(`born ${text}: ${born}, age ${born.age}, valid ${born.valid}`);
  assert.deepEqual([String(born), born.valid, born.age < 0], [day, true, unborn]);
}
for (const [text, day] of [
  ["March 5, 2004", "2004-03-05"],
  ["March 2004", "2004-03-20"],
  ["5/1990", "1990-05-19"],
  ["1990", "1990-01-19"],
]) {
  console.log(`${text}: ${date.parse(text)}, valid ${date.parse(text).valid}`);
  assert.deepEqual([String(date.parse(text)), date.parse(text).valid], [day, true]);
}
JS
node dates.cjs
echo "as stated"
