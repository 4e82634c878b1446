#!/usr/bin/env bash
# facebook_business 26.0.3 (PyPI) and facebook-nodejs-business-sdk 24.0.1 (npm), Meta's own kits for its Conversions API.
#
# Guess: they make the same hashes of the same person, since a hash that differs in one letter matches nobody; what is not in their form is put in it.
# Seen: "+1.650.253.0000" is refused by one and hashed with its dots by the other; an extension is refused by one and hung on the
# number by the other. Both hash a number without its country's code as it stands, and of every postal code only what is before
# the hyphen: right for 02134-1234 (US), but Poland's 00-950 is hashed as "00" and Portugal's 1000-001 as "1000", so all codes of central
# Warsaw are one. Where nothing is refused, nobody is told.
# Who tells Meta which leads were sold gets fewer matches than it sent, by country: write E.164 and the whole code without hyphen first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check facebook_business==26.0.3
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error facebook-nodejs-business-sdk@24.0.1 >/dev/null
cat >by.py <<'PYTHON'
import json
import sys

from facebook_business.adobjects.serverside.user_data import UserData

seen = []
for field, text in json.load(sys.stdin):
    try:
        sent = UserData(**{"phone": text} if field == "ph" else {"zip_code": text}).normalize()[field]
        seen.append(sent[0] if isinstance(sent, list) else sent)
    except ValueError:
        seen.append("refused")
print(json.dumps(seen))
PYTHON
cat >compare.cjs <<'JS'
const assert = require("node:assert");
const { execFileSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { UserData } = require("facebook-nodejs-business-sdk");

const cases = [
  ["ph", "+1 (650) 253-0000", "16502530000", "16502530000"],
  ["ph", "+1.650.253.0000", "refused", "1.650.253.0000"],
  ["ph", "+1 650 253 0000 x5", "refused", "165025300005"],
  ["ph", "(650) 253-0000", "6502530000", "6502530000"],
  ["zp", "02134-1234", "02134", "02134"],
  ["zp", "00-950", "00", "00"],
  ["zp", "1000-001", "1000", "1000"],
];
const hash = (text) => (text === "refused" ? text : createHash("sha256").update(text).digest("hex"));
const by_python = JSON.parse(execFileSync("env/bin/python", ["by.py"], { input: JSON.stringify(cases.map((c) => c.slice(0, 2))) }));
cases.forEach(([field, text, python, node], i) => {
  const user = new UserData();
  field === "ph" ? user.setPhone(text) : user.setZip(text);
  const by_node = [user.normalize()[field]].flat()[0];
  console.log(`${field} ${text}: Python ${python}, Node ${node}${python === node ? "" : ", differ"}`);
  assert.equal(by_python[i], hash(python));
  assert.equal(by_node, hash(node));
});
JS
node compare.cjs
echo "as stated"
