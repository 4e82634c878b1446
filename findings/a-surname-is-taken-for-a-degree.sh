#!/usr/bin/env bash
# humanparser 2.7.0 and parse-full-name 1.2.7 (npm), which part a full name.
#
# Guess: a name of two words, as ad networks send it (FULL_NAME), is a first and a last name.
# Seen: humanparser takes the surname Ma, one of China's commonest, for a Master of Arts: "Jack Ma" and "Yo-Yo Ma" have no last name but the
# suffix "Ma", and of "Mary Jo Ma" the last name is Jo. parse-full-name reads those well, but takes the Vietnamese first name Van
# for the "van" of a Dutch surname: "Van Nguyen" has no first name. Each reads what the other does not.
# Salesforce refuses a lead without a last name, so the push fails; where the first name is gone the letter greets nobody. Keep the full name
# beside its parts, and take first word and rest wherever one side comes out empty.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error humanparser@2.7.0 parse-full-name@1.2.7 >/dev/null
cat >part.cjs <<'JS'
const assert = require("node:assert");
const { parseName } = require("humanparser");
const { parseFullName } = require("parse-full-name");

const seen = {
  "Jane Smith": ["Jane/Smith", "Jane/Smith"],
  "Jack Ma": ["Jack/", "Jack/Ma"],
  "Yo-Yo Ma": ["Yo-Yo/", "Yo-Yo/Ma"],
  "Mary Jo Ma": ["Mary/Jo", "Mary/Ma"],
  "Van Nguyen": ["Van/Nguyen", "/Van Nguyen"],
};
for (const [name, parts] of Object.entries(seen)) {
  const one = parseName(name);
  const other = parseFullName(name);
  const by = [`${one.firstName}/${one.lastName}`, `${other.first}/${other.last}`];
  console.log(`${name} (first/last): humanparser ${by[0]}, parse-full-name ${by[1]}`);
  assert.deepEqual(by, parts);
}
assert.equal(parseName("Jack Ma").suffix, "Ma");
JS
node part.cjs
echo "as stated"
