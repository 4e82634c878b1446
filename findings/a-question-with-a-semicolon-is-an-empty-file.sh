#!/usr/bin/env bash
# csv-string 4.1.1 (npm), which parses CSV and finds the separator by itself; beside it papaparse 5.7.1 (npm).
#
# Guess: a separator is looked for outside the quotes, which are there so that any character may stand in a field (RFC
# 4180); and what cannot be read with the separator that was found raises an error or gives odd rows.
# Seen: the first of , ; | and tab in the text is the separator, in quotes or not. An export of a form whose first
# column is "How soon; when?" is taken for one with semicolons, and then the file has no rows at all: [], no error,
# however many leads are in it. So it is with "Doe, Jane";Austin, as Europe's spreadsheets write. With the question as
# second column, or with the separator given, all is read; papaparse reads both.
# An import that says "0 leads, no errors" is taken for an empty month. The trial with the form of last year, without
# that question, passed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error csv-string@4.1.1 papaparse@5.7.1 >/dev/null
cat >rows.cjs <<'JS'
const assert = require("node:assert");
const csv = require("csv-string");
const papa = require("papaparse");

const seen = [
  ['Name,"How soon; when?",Phone\nJane Doe,now,650-555-0123\nJohn Roe,May,650-555-0124\n', ",", ",", 3],
  ['"How soon; when?",Name,Phone\nnow,Jane Doe,650-555-0123\nMay,John Roe,650-555-0124\n', ",", ";", 0],
  ['"Doe, Jane";Austin;650-555-0123\n"Roe, John";Dallas;650-555-0124\n', ";", ",", 0],
];
for (const [text, right, found, rows] of seen) {
  const lines = text.trim().split("\n").length;
  const given = csv.parse(text, right);
  const by_papa = papa.parse(text, { skipEmptyLines: true }).data;
  console.log(`${text.split("\n")[0]}: separator ${csv.detect(text)}, ${csv.parse(text).length} of ${lines} rows`);
  assert.equal(csv.detect(text), found);
  assert.equal(csv.parse(text).length, rows);
  assert.equal(given.length, lines);
  assert.deepEqual(by_papa, given);
}
JS
node rows.cjs
echo "as stated"
