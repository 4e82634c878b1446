#!/usr/bin/env bash
# leadconduit-types 4.23.2 (npm), the types of a lead's fields of LeadConduit, which carries leads between sellers and
# buyers.
#
# Guess: a boolean knows "on", which is what each browser sends for a ticked checkbox that has no value of its own
# (HTML, "checkbox state"), as it knows "yes", "Y", "t" and "1".
# Seen: "on" is false, and not valid. So are "checked" and "I agree". "YES!" is true and valid. Who looks at the value
# alone, or at the JSON, where the validity is gone, sees `false`: the same as for "no".
# The box says "you may call me". Who ticked it has not consented: the lead is refused, or what was consented to cannot
# be shown when a caller is sued for it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error leadconduit-types@4.23.2 >/dev/null
cat >boxes.cjs <<'JS'
const assert = require("node:assert");
const { boolean } = require("leadconduit-types");

const seen = {
  yes: [true, true],
  "YES!": [true, true],
  t: [true, true],
  1: [true, true],
  no: [false, true],
  on: [false, false],
  checked: [false, false],
  "I agree": [false, false],
};
for (const [text, [value, valid]] of Object.entries(seen)) {
  const read = boolean.parse(text);
  const json = JSON.stringify({ consent: read });
  console.log(`${text}: ${read}, valid ${read.valid}, ${json}`);
  assert.deepEqual([read.valueOf(), read.valid, json], [value, valid, `{"consent":${value}}`]);
}
JS
node boxes.cjs
echo "as stated"
