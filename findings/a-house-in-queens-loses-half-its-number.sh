#!/usr/bin/env bash
# addresser 1.1.22, addressit 1.8.2, parse-address-string 0.0.3 and parse-address 1.1.2 (npm), which part an American
# address.
#
# Guess: what they part is all still there: number and street put together again are the line that went in.
# Seen: a house in Queens, New York, has a number in two halves. addresser makes "10 Broadway" of "42-10 Broadway",
# which is another house, and "8 Highway" with a second line "71" of "8 Highway 71". addressit moves the "St." of St.
# Louis to a street that has no type: "Broadway St" in "Louis", and finds no number in "8 Highway 71".
# parse-address-string leaves "Suite 200" out. None of it raises or is marked; parse-address has all of it right.
# Two leads from two houses are one duplicate, a roofer stands at the wrong door, and the buyer returns a lead that was
# good.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error \
  addresser@1.1.22 addressit@1.8.2 parse-address-string@0.0.3 parse-address@1.1.2 >/dev/null
cat >parts.cjs <<'JS'
const assert = require("node:assert");
const addresser = require("addresser");
const addressit = require("addressit");
const { parseLocation } = require("parse-address");
const parts_of = require("parse-address-string");

const by = {
  addresser: async (text) => {
    const { streetNumber, addressLine1, addressLine2, placeName } = addresser.parseAddress(text);
    return [streetNumber, addressLine1, addressLine2, placeName];
  },
  addressit: async (text) => {
    const { number, street, regions } = addressit(text);
    return [number, street, ...regions];
  },
  "parse-address-string": (text) =>
    new Promise((done) => parts_of(text, (_, { country, ...parts }) => done(Object.values(parts).filter(Boolean)))),
  "parse-address": async (text) => {
    const { zip, state, ...parts } = parseLocation(text);
    return Object.values(parts);
  },
};
const seen = [
  ["addresser", "12 Oak Lane, Austin, TX 78701", ["12", "12 Oak Ln", undefined, "Austin"]],
  ["addresser", "42-10 Broadway, Astoria, NY 11103", ["10", "10 Broadway", undefined, "Astoria"]],
  ["addresser", "8 Highway 71, Bastrop, TX 78602", ["8", "8 Highway", "71", "Bastrop"]],
  ["addressit", "12 Oak Lane, Austin, TX 78701", ["12", "Oak Lane", "Austin"]],
  ["addressit", "5 Broadway, St. Louis, MO 63101", ["5", "Broadway St", "Louis"]],
  ["addressit", "8 Highway 71, Bastrop, TX 78602", ["", "8 Highway", "71", "Bastrop"]],
  ["parse-address-string", "12 Oak Lane, Suite 200, Austin, TX 78701", ["12 Oak Lane", "Austin", "TX", "78701"]],
  ["parse-address", "42-10 Broadway, Astoria, NY 11103", ["42-10", "Broadway", "Astoria"]],
  ["parse-address", "8 Highway 71, Bastrop, TX 78602", ["8", "Highway 71", "Bastrop"]],
  ["parse-address", "5 Broadway, St. Louis, MO 63101", ["5", "Broadway", "St Louis"]],
  ["parse-address", "12 Oak Lane, Suite 200, Austin, TX 78701", ["12", "Oak", "Ln", "Suite", "200", "Austin"]],
];
(async () => {
  for (const [name, text, parts] of seen) {
    const read = await by[name](text);
    console.log(`${name}, ${text}: ${JSON.stringify(read)}`);
    assert.deepEqual(read, parts);
  }
})();
JS
node parts.cjs
echo "as stated"
