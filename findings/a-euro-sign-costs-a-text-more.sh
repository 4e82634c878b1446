#!/usr/bin/env bash
# sms-length 0.2.2, split-sms 0.1.7 and sms-segments-calculator 1.3.0 (npm; the last is Twilio's), which say how many texts an SMS is.
#
# Guess: the three agree on what a text costs; all know that a part of several has 153 characters (67 in UCS-2) and that "€" counts twice.
# Seen: sms-length divides the sum. The two others know that a character is not cut in two: where "€" would stand half in one part it
# goes whole into the next, and one place is lost. So 305 characters that fit two parts by the sum (306) are three; the same with an
# emoji at the seam, in a text of 134 units.
# A marketplace that prices its texts to providers by the sum pays for parts that it did not charge, and only with texts that have a price in euros in
# the wrong place.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error sms-length@0.2.2 split-sms@0.1.7 sms-segments-calculator@1.3.0 >/dev/null
cat >count.cjs <<'JS'
const assert = require("node:assert");
const { SegmentedMessage } = require("sms-segments-calculator");
const { count } = require("sms-length");
const { split } = require("split-sms");

const texts = {
  "306 places, € at the end": ["a".repeat(304) + "€", 2, 2],
  "306 places, € at the seam": ["a".repeat(152) + "€" + "a".repeat(152), 2, 3],
  "134 units, an emoji at the seam": ["ж".repeat(66) + "🏠" + "ж".repeat(66), 2, 3],
};
for (const [name, [text, summed, sent]] of Object.entries(texts)) {
  const seen = [count(text).messages, split(text).parts.length, new SegmentedMessage(text).segmentsCount];
  console.log(`${name}: sms-length ${seen[0]}, split-sms ${seen[1]}, sms-segments-calculator ${seen[2]}`);
  assert.deepEqual(seen, [summed, sent, sent]);
}
JS
node count.cjs
echo "as stated"
