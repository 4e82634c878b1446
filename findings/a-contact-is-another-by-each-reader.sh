#!/usr/bin/env bash
# vCards: vcards-js 2.11.1 and vcard-creator 1.0.0 write, vcf 2.1.2, ical.js 2.2.1 and vcard-parser 1.0.0 read (all
# npm).
#
# Guess: vCard 3.0 (RFC 2426) says how a comma and a semicolon in a text are escaped, so that the contact of a lead
# comes back as it went in, by whatever pair; or a library that goes another way says so.
# Seen: none of the three gives back all that both writers were given. vcf takes no escape away: the street is "12 Oak
# St\, Apt 4" to whoever saves the contact. ical.js takes the one before a comma away and leaves the one before a
# semicolon in a note. vcard-parser, told nothing of types, cuts a note at a semicolon that vcards-js wrote bare.
# vcards-js escapes the comma of a company and not its semicolon, so that "Smith, Jones; Sons" is the department " Sons"
# of a company to two readers.
# Providers take a lead's contact from a vCard into phone and CRM: letters go to "12 Oak St\, Apt 4", and a note is lost
# after its first half.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error \
  vcards-js@2.11.1 vcard-creator@1.0.0 vcf@2.1.2 ical.js@2.2.1 vcard-parser@1.0.0 >/dev/null
cat >contacts.mjs <<'JS'
import assert from "node:assert";
import ICAL from "ical.js";
import { VCard as Creator } from "vcard-creator";
import cards from "vcards-js";
import Vcf from "vcf";
import parser from "vcard-parser";

const street = "12 Oak St, Apt 4";
const company = "Smith, Jones; Sons";
const note = "Roof leaks; call after 5, please";

const one = cards();
Object.assign(one, { firstName: "Jane", lastName: "Doe", organization: company, note });
Object.assign(one.homeAddress, { street, city: "Austin", stateProvince: "TX", postalCode: "78701" });
const other = new Creator();
other.addName({ familyName: "Doe", givenName: "Jane" });
other.addCompany({ name: company });
other.addAddress({ street, locality: "Austin", region: "TX", postalCode: "78701" });
other.addNote(note);

const readers = {
  vcf: (text) => {
    const card = new Vcf().parse(text.replace(/\r?\n/g, "\r\n"));
    return [card.get("adr").valueOf().split(";")[2], card.get("org").valueOf(), card.get("note").valueOf()];
  },
  "ical.js": (text) => {
    const card = new ICAL.Component(ICAL.parse(text));
    const value = (name) => card.getFirstProperty(name).getFirstValue();
    return [value("adr")[2], value("org"), value("note")];
  },
  "vcard-parser": (text) => {
    const card = parser.parse(text);
    return [card.adr[0].value[2], card.org[0].value, card.note[0].value];
  },
};
const seen = {
  "vcards-js": {
    vcf: ["12 Oak St\\, Apt 4", "Smith\\, Jones; Sons", "Roof leaks; call after 5\\, please"],
    "ical.js": [street, ["Smith, Jones", " Sons"], note],
    "vcard-parser": [street, ["Smith, Jones", " Sons"], ["Roof leaks", " call after 5, please"]],
  },
  "vcard-creator": {
    vcf: ["12 Oak St\\, Apt 4", "Smith\\, Jones\\; Sons", "Roof leaks\\; call after 5\\, please"],
    "ical.js": [street, company, "Roof leaks\\; call after 5, please"],
    "vcard-parser": [street, company, note],
  },
};
for (const [writer, text] of [["vcards-js", one.getFormattedString()], ["vcard-creator", other.toString()]]) {
  for (const [reader, read] of Object.entries(readers)) {
    console.log(`${writer}, read by ${reader}: ${JSON.stringify(read(text))}`);
    assert.deepEqual(read(text), seen[writer][reader]);
  }
}
JS
node contacts.mjs
echo "as stated"
