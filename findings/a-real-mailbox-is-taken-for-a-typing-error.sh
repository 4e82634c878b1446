#!/usr/bin/env bash
# mailcheck 1.1.1 (npm), which asks "did you mean ...?" under an e-mail field.
#
# Guess: it speaks up for what looks like a mistyped provider (gmial.com) and says nothing to domains that millions have their mail at.
# Seen: it knows 30 domains and some endings, and "corrects" other providers into domains that are near in letters: proton.me into proton.de, hey.com into
# sky.com, pm.me into gmx.de, fastmail.fm into fastmail.fr, Italy's libero.it into live.it, Poland's wp.pl and o2.pl into wp.nl and o2.nl,
# Brazil's uol.com.br into uol.com. It even makes domains up: proton.de is not on its list; it does not know the ending "me" and puts a near one there.
# People click what a form proposes: the lead's confirmation goes to a stranger, or nowhere, and the provider writes to the wrong address.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error mailcheck@1.1.1 >/dev/null
cat >ask.cjs <<'JS'
const assert = require("node:assert");
const mailcheck = require("mailcheck");

const ask = (domain) => mailcheck.run({ email: `jane@${domain}` })?.domain;
const seen = {
  "gmial.com": "gmail.com", "gmail.com": undefined,
  "proton.me": "proton.de", "pm.me": "gmx.de", "hey.com": "sky.com", "fastmail.fm": "fastmail.fr",
  "libero.it": "live.it", "wp.pl": "wp.nl", "o2.pl": "o2.nl", "uol.com.br": "uol.com",
};
for (const [domain, suggested] of Object.entries(seen)) {
  console.log(domain, "->", ask(domain) ?? "nothing");
  assert.equal(ask(domain), suggested);
}
console.log(mailcheck.defaultDomains.length, "domains are known");
assert.equal(mailcheck.defaultDomains.length, 30);
assert(!mailcheck.defaultDomains.includes("proton.de"));
JS
node ask.cjs
echo "as stated"
