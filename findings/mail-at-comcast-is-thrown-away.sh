#!/usr/bin/env bash
# disposable-email-detector 3.0.0, mailchecker 6.0.21, fakefilter 0.1.1476, disposable-email 0.2.3 (npm), which know the
# mail addresses that are thrown away after use.
#
# Guess: they differ in how many of such services they know; where people have had their mailbox for twenty years from
# who brings them the internet is on no list, and whoever is thorough errs by small names.
# Seen: all four know Mailinator and Guerrilla Mail. The first also has comcast.net, att.net, earthlink.net, Australia's
# bigpond.com, Poland's o2.pl and onet.pl, zoho.com, mail.ru and yandex.ru. mailchecker has none of them, but
# contractor.net, a domain of mail.com for people in that trade, and the relays of DuckDuckGo and Firefox (duck.com,
# mozmail.com), whose mails arrive at a real mailbox, and not Apple's. The two others have none.
# Homeowners over fifty, who buy roofs, have those addresses: each is refused or paid back as a fake, and sellers lose
# good leads.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error \
  disposable-email-detector@3.0.0 mailchecker@6.0.21 fakefilter@0.1.1476 disposable-email@0.2.3 >/dev/null
cat >thrown.cjs <<'JS'
const assert = require("node:assert");
const simple = require("disposable-email");
const detector = require("disposable-email-detector");
const fakes = require("fakefilter");
const checker = require("mailchecker");

const known = ["mailinator.com", "guerrillamail.com"];
const providers = "comcast.net att.net earthlink.net bigpond.com o2.pl onet.pl zoho.com mail.ru yandex.ru".split(" ");
const others = ["contractor.net", "duck.com", "mozmail.com", "privaterelay.appleid.com", "gmail.com", "cox.net"];
const by = {
  "disposable-email-detector": [
    (at) => (detector.default ?? detector)(`jane@${at}`),
    [...providers, "contractor.net", "mozmail.com"],
  ],
  mailchecker: [(at) => !checker.isValid(`jane@${at}`), ["contractor.net", "duck.com", "mozmail.com"]],
  fakefilter: [(at) => Boolean(fakes.isFakeDomain(at)), []],
  "disposable-email": [(at) => !simple.validate(`jane@${at}`), []],
};
(async () => {
  for (const [name, [thrown_away, expected]] of Object.entries(by)) {
    const found = [];
    for (const domain of [...known, ...providers, ...others]) {
      if (await thrown_away(domain)) found.push(domain);
    }
    console.log(`${name}: ${found.join(" ")}`);
    assert.deepEqual(found, [...known, ...expected]);
  }
})();
JS
node thrown.cjs
echo "as stated"
