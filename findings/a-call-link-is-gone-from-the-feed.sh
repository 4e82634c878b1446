#!/usr/bin/env bash
# feedparser 6.0.14 (PyPI), which reads RSS and Atom and makes their HTML safe.
#
# Guess: of the links in an entry those that can run something are taken out; a number to call (tel:) or text (sms:) stays, as mailto: does.
# Seen: tel:, sms: and geo: are not on its list of schemes, on which gopher: and callto: still are. The link stays with an empty address:
# `<a href="">Call</a>`. An entry's own <link href="tel:..."/> is kept.
# A provider who follows new leads by a feed reader built on it sees "Call" and "Map", and a tap on them loads the page again.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check feedparser==6.0.14
"$folder/env/bin/python" - <<'PYTHON'
import html
import re

import feedparser

links = ["tel:+16502530000", "sms:+16502530000", "geo:37.42,-122.08", "mailto:jane@example.com", "callto:+16502530000", "gopher://example.com/"]
content = html.escape("".join(f'<a href="{link}">{link}</a>' for link in links))
feed = feedparser.parse(f"""<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Leads</title><id>urn:x-leads:1</id><updated>2026-11-30T00:00:00Z</updated>
<entry><title>A roof</title><id>urn:x-leads:2</id><updated>2026-11-30T00:00:00Z</updated><link href="{links[0]}"/>
<content type="html">{content}</content></entry></feed>""")
read = dict((text, href) for href, text in re.findall(r'<a href="([^"]*)">([^<]*)</a>', feed.entries[0].content[0].value))
for text, href in read.items():
    print(text, "->", href or "nothing")
assert list(read) == links
assert [bool(href) for href in read.values()] == [False, False, False, True, True, True]
assert feed.entries[0].link == links[0]
PYTHON
echo "as stated"
