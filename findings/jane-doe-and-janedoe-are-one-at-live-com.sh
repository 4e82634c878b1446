#!/usr/bin/env bash
# normalize-email 1.1.1 and validator 13.15.35 (npm), which bring an e-mail address into the form by which duplicates
# are found.
#
# Guess: the dots of a name go at Gmail, where they mean nothing, and stay everywhere else; Microsoft's domains
# (outlook.com, hotmail.com, live.com) are one mail system with one rule.
# Seen: normalize-email, which is made for uniqueness, takes the dots away at live.com too, and leaves them at
# outlook.com and hotmail.com. At all three jane.doe and janedoe are two mailboxes of two people. What is after a plus
# it leaves at iCloud, so that there one person is two. validator does as guessed in all of these.
# Of two people at live.com the second is a duplicate, and her lead is refused; one opts out and the other is not
# written to any more; a mail to the form that was kept reaches a stranger.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error normalize-email@1.1.1 validator@13.15.35 >/dev/null
cat >forms.cjs <<'JS'
const assert = require("node:assert");
const normalize = require("normalize-email");
const { normalizeEmail } = require("validator");

const seen = [
  ["jane.doe+roof@gmail.com", "janedoe@gmail.com", "janedoe@gmail.com"],
  ["jane.doe+roof@outlook.com", "jane.doe@outlook.com", "jane.doe@outlook.com"],
  ["jane.doe+roof@hotmail.com", "jane.doe@hotmail.com", "jane.doe@hotmail.com"],
  ["jane.doe+roof@live.com", "janedoe@live.com", "jane.doe@live.com"],
  ["jane.doe+roof@icloud.com", "jane.doe+roof@icloud.com", "jane.doe@icloud.com"],
];
for (const [given, by_one, by_other] of seen) {
  console.log(`${given}: normalize-email ${normalize(given)}, validator ${normalizeEmail(given)}`);
  assert.deepEqual([normalize(given), normalizeEmail(given)], [by_one, by_other]);
}
JS
node forms.cjs
echo "as stated"
