#!/usr/bin/env bash
# segno 1.6.6, which draws QR codes, and zxing-cpp 3.1.1, which reads them (both PyPI).
#
# Guess: a contact in a QR code comes back as it went in: all its letters are in ISO 8859-1, which is what the standard says a code's bytes
# are where nothing else is stated, and segno writes them so.
# Seen: the reader guesses an encoding from the bytes. "Müller" and "Jörg" come back; the common Finnish name "Hämäläinen" comes back as
# "H舂舁臺nen" from a whole vCard, and "IBÁÑEZ" as "IBﾁﾑEZ" from a MeCard: both are also good Shift JIS. With encoding="utf-8" all come back.
# A lead's contact that a provider scans from a screen or a letter is saved under a name that nobody has; tests with "Müller" do not show it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check segno==1.6.6 zxing-cpp==3.1.1 numpy==2.2.6 pillow==12.0.0
"$folder/env/bin/python" - <<'PYTHON'
import io

import segno
import zxingcpp
from PIL import Image
from segno import helpers


def scanned(text, **how):
    picture = io.BytesIO()
    segno.make(text, micro=False, **how).save(picture, kind="png", scale=6)
    return zxingcpp.read_barcodes(Image.open(picture).convert("L"))[0].text


def card(name):
    return helpers.make_vcard_data(name=name, displayname=name, phone="+16502530000")


def short_card(name):
    return helpers.make_mecard_data(name=name, phone="+16502530000")


for make, name, back in [(card, "Müller", "Müller"), (card, "Hämäläinen", "H舂舁臺nen"), (short_card, "IBÁÑEZ", "IBﾁﾑEZ")]:
    text = make(name)
    read, as_utf8 = scanned(text), scanned(text, encoding="utf-8")
    print(f"{make.__name__} of {name}:", "comes back" if read == text else f"is read as {read!r}")
    assert read == text.replace(name, back)
    assert as_utf8 == text
PYTHON
echo "as stated"
