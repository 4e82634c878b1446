#!/usr/bin/env bash
# leadconduit-types 4.23.2 (npm), the types of a lead's fields of LeadConduit, which carries leads between sellers and
# buyers.
#
# Guess: a phone number with its country's code is read as that country's, and what the value is as text is the number
# by which it can be called: with the code, as that is part of it.
# Seen: "+44 20 7946 0018" is valid, GB and 44, and as text (in a template, in JSON, in a post) it is "2079460018". Read
# again by the same library that is a valid American number, +1 207 946 0018, in Maine. From Australia, Germany, France
# and Mexico the code is cut off too, and what remains is read again as American and not valid. An American number comes
# back as itself, so nothing is seen at home.
# Each hop of a lead parses what the hop before wrote: a lead from London is bought as one from Maine, and somebody
# there is called.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error leadconduit-types@4.23.2 >/dev/null
cat >twice.cjs <<'JS'
const assert = require("node:assert");
const { phone } = require("leadconduit-types");

const seen = [
  ["+1 650 253 0000", "US", "6502530000", "US true"],
  ["+44 20 7946 0018", "GB", "2079460018", "US true"],
  ["+61 2 5550 1234", "AU", "255501234", "US false"],
  ["+49 30 23125 0123", "DE", "30231250123", "US false"],
  ["+33 1 99 00 12 34", "FR", "199001234", "US false"],
  ["+52 55 5555 0123", "MX", "5555550123", "US false"],
];
for (const [given, country, text, then] of seen) {
  const once = phone.parse(given);
  const again = phone.parse(JSON.parse(JSON.stringify({ phone: once })).phone);
  console.log(`${given}: ${once.country_code}, as text ${once}; again: ${again.country_code}, valid ${again.valid}`);
  assert.equal(once.valid, true);
  assert.deepEqual([once.country_code, String(once)], [country, text]);
  assert.equal(`${again.country_code} ${again.valid}`, then);
}
JS
node twice.cjs
echo "as stated"
