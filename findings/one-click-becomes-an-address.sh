#!/usr/bin/env bash
# nodemailer 10.6.1 (npm), which sends mail and has an option `list` for the List-* headers.
#
# Guess: `list: {"unsubscribe-post": "List-Unsubscribe=One-Click"}` writes the header of RFC 8058 beside the List-Unsubscribe that the same option writes.
# Seen: whatever stands in `list` is an address to it: `List-Unsubscribe-Post: <http://List-Unsubscribe=One-Click>`. Nothing complains, and the mail
# has both headers, but the value that RFC 8058 demands is not in it, so by that RFC no one-click unsubscribing is announced. As a plain
# header (`headers`) it is written as given.
# Who sends providers a mail per lead needs that header for the big mailboxes; a test that only looks whether the header is there passes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error nodemailer@10.6.1 >/dev/null
cat >send.mjs <<'JS'
import assert from "node:assert";
import nodemailer from "nodemailer";

const transport = nodemailer.createTransport({ streamTransport: true, buffer: true });
const unsubscribe = "https://leads.example.com/unsubscribe/1";
const write = async (more) => {
  const mail = { from: "leads@example.com", to: "roofer@example.net", subject: "New lead", text: "A roof", ...more };
  return (await transport.sendMail(mail)).message.toString().split(/\r?\n/).filter((line) => line.startsWith("List-"));
};
const by_list = await write({ list: { unsubscribe, "unsubscribe-post": "List-Unsubscribe=One-Click" } });
const by_headers = await write({ list: { unsubscribe }, headers: { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" } });
console.log("list:   ", by_list.join(" | "));
console.log("headers:", by_headers.join(" | "));
assert(by_list.includes("List-Unsubscribe-Post: <http://List-Unsubscribe=One-Click>"));
assert(by_headers.includes("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
assert(by_list.includes(`List-Unsubscribe: <${unsubscribe}>`) && by_headers.includes(`List-Unsubscribe: <${unsubscribe}>`));
JS
node send.mjs
echo "as stated"
