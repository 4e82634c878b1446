#!/usr/bin/env bash
# leadconduit-types 4.23.2 (npm), the types of a lead's fields of LeadConduit, which carries leads between sellers and
# buyers.
#
# Guess: a range, the type for budgets, incomes and loans, has a `min` and a `max`, and what is open to one side has
# none there: "500+" begins at 500 and has no end, so "under 500" ends at 500 and has no beginning, or is not valid.
# Seen: "500+" is as guessed, and "500-700" too. "under 500", "over 500", "up to 500", "at least 500", "500 or more" and
# "<500" are all the same to it: from 500 to 500, 500 on average, and valid. So who wants to spend less than $50,000 has
# a least budget of 50,000 and a mean of 50,000.
# A buyer who filters by `min` for budgets of 50,000 or more buys everybody below, and one who filters by `max` loses
# everybody above.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error leadconduit-types@4.23.2 >/dev/null
cat >ranges.cjs <<'JS'
const assert = require("node:assert");
const { range } = require("leadconduit-types");

const seen = {
  "500-700": [500, 700, 600],
  "500+": [500, null, null],
  "under 500": [500, 500, 500],
  "over 500": [500, 500, 500],
  "up to 500": [500, 500, 500],
  "at least 500": [500, 500, 500],
  "500 or more": [500, 500, 500],
  "<500": [500, 500, 500],
  "less than $50,000": [50000, 50000, 50000],
};
for (const [text, [min, max, avg]] of Object.entries(seen)) {
  const read = range.parse(text);
  console.log(`${text}: min ${read.min}, max ${read.max}, average ${read.avg}, valid ${read.valid}`);
  assert.deepEqual([read.min, read.max, read.avg, read.valid], [min, max, avg, true]);
}
JS
node ranges.cjs
echo "as stated"
