#!/usr/bin/env bash
# email-reply-parser 0.5.12 (PyPI), planer 1.2.0 and email-reply-parser 2.3.7 (npm), which leave of a mail what its
# writer wrote, without quote and signature.
#
# Guess: a mail that is no answer and quotes nothing comes back whole.
# Seen: a form's mail to its owner begins with "From: Jane Doe" in its text, as many a form plugin writes it, and to the
# first two that is the head of a quote: nothing is left, "" for the whole lead. After a line of its own ("New enquiry")
# that line is left. To the third it is text, but it takes "Sent from my office, so please call my mobile" for a phone's
# signature and drops that and all after it; a line of three hyphens too. None says that something was left out; mails
# without such lines are whole.
# Leads that come by mail are cleaned by these before they are read: the number to call is gone, and the lead is refused
# as empty.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check email-reply-parser==0.5.12
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error planer@1.2.0 email-reply-parser@2.3.7 >/dev/null
cat >by_node.cjs <<'JS'
const planer = require("planer");
const module_ = require("email-reply-parser");
const text = process.argv[2];
const reply = new (module_.default ?? module_)().read(text).getVisibleText();
console.log(JSON.stringify([planer.extractFrom(text, "text/plain").trim(), reply.trim()]));
JS
cat >mails.py <<'PYTHON'
import json
import subprocess

from email_reply_parser import EmailReplyParser

FIELDS = "Email: jane@example.com\nPhone: 650-555-0123\nMessage: The roof leaks."
NAME = f"Name: Jane Doe\n{FIELDS}"
FROM = f"From: Jane Doe\n{FIELDS}"
TITLED = f"New enquiry\n\n{FROM}"
OFFICE = "Hello,\nSent from my office, so please call my mobile: 650-555-0123.\nJane"
RULED = "Hello,\nthe roof leaks.\n---\nCall 650-555-0123, please."
seen = [
    (NAME, NAME, NAME, NAME),
    (FROM, "", "", FROM),
    (TITLED, "New enquiry", "New enquiry", TITLED),
    (OFFICE, OFFICE, OFFICE, "Hello,"),
    (RULED, RULED, RULED, "Hello,\nthe roof leaks."),
]
for text, *expected in seen:
    command = ["node", "by_node.cjs", text]
    by_node = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    read = [EmailReplyParser.parse_reply(text).strip(), *by_node]
    shares = ", ".join(f"{len(part)} of {len(text)}" for part in read)
    print(f"{text.splitlines()[0]!r} ...: characters left by the Python one, planer, the Node one: {shares}")
    assert read == expected, read
PYTHON
env/bin/python mails.py
echo "as stated"
