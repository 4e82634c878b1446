#!/usr/bin/env bash
# papaparse 5.7.1 (npm), which reads CSV in many import forms and finds the separator by itself.
#
# Guess: a small, regular CSV is read with the separator that all its lines have equally often; whether the last line ends in a line
# end, which RFC 4180 leaves open, makes no difference to that.
# Seen: it decides. With `header: true` and all else by default, "Email;City" with cities like "Austin, TX" is cut at the semicolons without a last
# line end and at the commas with one (the empty rest counts as a line of one field), so "Austin" belongs to the address of the mail and " TX"
# to nothing. It goes the other way for "Email,Services" with answers like "Roofing;Gutters;Solar", as CRMs export them. From nine leads on, or with
# skipEmptyLines, it is right: a trial with a small file fails, or one passes that was saved by an editor without the line end.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error papaparse@5.7.1 >/dev/null
cat >read.mjs <<'JS'
import assert from "node:assert";
import Papa from "papaparse";

const separator = (lines, end, options = {}) => Papa.parse(lines.join("\r\n") + end, { header: true, ...options }).meta.delimiter;
const cities = ["Email;City", "jane@example.com;Austin, TX", "john@example.com;Boston, MA"];
const services = ["Email,Services", "jane@example.com,Roofing;Gutters;Solar", "john@example.com,Siding;Windows;Doors"];
for (const [lines, right, wrong] of [[cities, ";", ","], [services, ",", ";"]]) {
  const seen = [separator(lines, ""), separator(lines, "\r\n"), separator(lines, "\r\n", { skipEmptyLines: true })];
  console.log(`${lines[0]}: ${seen[0]} without a last line end, ${seen[1]} with one, ${seen[2]} with one that is skipped`);
  assert.deepEqual(seen, [right, wrong, right]);
}
console.log(Papa.parse(cities.join("\r\n") + "\r\n", { header: true }).data[0]);
const many = (count) => [cities[0], ...Array(count).fill(cities[1])];
assert.equal(separator(many(8), "\r\n"), ",");
assert.equal(separator(many(9), "\r\n"), ";");
JS
node read.mjs
echo "as stated"
