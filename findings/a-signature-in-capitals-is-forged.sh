#!/usr/bin/env bash
# webflow-api 3.3.4 (npm), Webflow's own kit, which checks the signature of its webhooks; beside it standardwebhooks
# 1.1.1 (npm).
#
# Guess: names of headers mean the same in capitals (RFC 9110), so `verifySignature` finds them as they are delivered,
# also in the `Headers` of a fetch handler; or it raises an error where they are missing, which is not the same as
# forged.
# Seen: only a plain object with lower-case names is read. The same good signature under X-Webflow-Signature, as API
# gateways hand it on, or in `Headers`, as handlers of Workers and Next.js get it, is `false`, just as a forged one.
# standardwebhooks takes the capitals.
# A handler answers "false" with 401, so the form's leads are refused one and all as forged, and the secret, which is
# right, is looked into for days.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error webflow-api@3.3.4 standardwebhooks@1.1.1 >/dev/null
cat >verify.cjs <<'JS'
const assert = require("node:assert");
const { createHmac } = require("node:crypto");
const { Webhook } = require("standardwebhooks");
const { WebflowClient } = require("webflow-api");

const secret = "a secret for this finding";
const body = JSON.stringify({ triggerType: "form_submission", payload: { data: { Email: "jane@example.com" } } });
const time = String(Date.now());
const signed = createHmac("sha256", secret).update(`${time}:${body}`).digest("hex");
const lower = { "x-webflow-timestamp": time, "x-webflow-signature": signed };
const capitals = { "X-Webflow-Timestamp": time, "X-Webflow-Signature": signed };
const seen = [
  ["lower case", lower, true],
  ["capitals", capitals, false],
  ["Headers", new Headers(lower), false],
  ["forged", { ...lower, "x-webflow-signature": "0".repeat(64) }, false],
];
(async () => {
  const { webhooks } = new WebflowClient({ accessToken: "none" });
  for (const [name, headers, good] of seen) {
    const verified = await webhooks.verifySignature({ headers, body, secret });
    console.log(`webflow-api, ${name}: ${verified}`);
    assert.equal(verified, good);
  }
  const hook = new Webhook(Buffer.from(secret).toString("base64"));
  const headers = {
    "Webhook-Id": "1",
    "Webhook-Timestamp": String(Math.floor(Date.now() / 1000)),
    "Webhook-Signature": hook.sign("1", new Date(), body),
  };
  assert.deepEqual(hook.verify(body, headers), JSON.parse(body));
  console.log("standardwebhooks, capitals: true");
})();
JS
node verify.cjs
echo "as stated"
