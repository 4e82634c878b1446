#!/usr/bin/env bash
# flufl.bounce 6.0.0 (PyPI), Mailman's reader of bounces.
#
# Guess: a bounce as RFC 3464 has it and the same bounce in the form that RFC 6533 made for addresses outside ASCII are both found.
# Seen: of the second kind nothing is found, neither by its type of part (message/global-delivery-status) nor by its type of address
# ("utf-8;" instead of "rfc822;", which may stand in the older part too). A bounce of an ASCII address is missed too where
# the server writes it in the newer part.
# Such mails are not held for bounces but for letters of people: the address is written to again and again, and the sender's name pays.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check flufl.bounce==6.0.0
"$folder/env/bin/python" - <<'PYTHON'
import email

from flufl.bounce import all_failures

BOUNCE = """\
From: MAILER-DAEMON@mx.example.net
To: leads@example.com
Subject: Undelivered mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type={report}; boundary="b"

--b
Content-Type: text/plain

The mail could not be delivered.

--b
Content-Type: message/{report}

Reporting-MTA: dns; mx.example.net

Final-Recipient: {recipient}
Action: failed
Status: 5.1.1

--b--
"""
found = []
for report, recipient in [
    ("delivery-status", "rfc822; jose@example.net"),
    ("delivery-status", "utf-8; jos\\x{E9}@example.net"),
    ("global-delivery-status", "utf-8; josé@example.net"),
    ("global-delivery-status", "rfc822; jose@example.net"),
]:
    mail = BOUNCE.format(report=report, recipient=recipient).replace("report-type=global-", "report-type=")
    temporary, permanent = all_failures(email.message_from_bytes(mail.encode()))
    found.append(permanent)
    print(f"message/{report}, {recipient}:", ", ".join(address.decode() for address in permanent) or "nothing found")
    assert not temporary
assert found == [{b"jose@example.net"}, set(), set(), set()]
PYTHON
echo "as stated"
