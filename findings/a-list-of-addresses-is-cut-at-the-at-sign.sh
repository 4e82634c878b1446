#!/usr/bin/env bash
# clevercsv 0.8.5 (PyPI) and csv-sniffer 0.1.1 (npm), which find out how a CSV is separated.
#
# Guess: a list with one column has no separator, or one that is not in it; what belongs together by its type, as an
# address of a mail does, is not cut.
# Seen: a list of phone numbers stays whole. A list of e-mail addresses, one to a line under "email", is cut at the @:
# two columns, "jane" and "example.com". A list of names is cut at the blank. In a list of name, phone and "street,
# city" with | between them, the blank wins over the bar. csv-sniffer cuts the addresses at a letter: the column "emai"
# has "jane@examp", and a second, without a name, "e.com". Nothing is raised. Lists with commas are right by both.
# A list of people who opted out is just that, one column of addresses: read so, "jane" is suppressed, who is nobody,
# and she is sold.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check clevercsv==0.8.5
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error csv-sniffer@0.1.1 >/dev/null
cat >lists.py <<'PYTHON'
import json
import subprocess

import clevercsv

SCRIPT = """
const Sniffer = require("csv-sniffer")();
const { delimiter, labels, records } = new Sniffer().sniff(process.argv[1]);
console.log(JSON.stringify([delimiter, labels, records[0]]));
"""

lists = [
    ("phones", "phone\n650-555-0123\n650-555-0124\n650-555-0125\n", "", ["650-555-0123"]),
    ("addresses", "email\njane@example.com\njohn@example.org\nann@example.com\n", "@", ["jane", "example.com"]),
    ("names", "name\nJane Doe\nJohn Roe\nAnn Lee\n", " ", ["Jane", "Doe"]),
    (
        "bars",
        "Jane Doe|650-555-0123|12 Oak St, Austin\nJohn Roe|650-555-0124|7 Elm St, Dallas\n",
        " ",
        ["Jane", "Doe|650-555-0123|12", "Oak", "St,", "Austin"],
    ),
    ("commas", 'name,phone\nJane Doe,650-555-0123\nJohn Roe,650-555-0124\n', ",", ["Jane Doe", "650-555-0123"]),
]
for name, text, separator, row in lists:
    dialect = clevercsv.Sniffer().sniff(text)
    rows = list(clevercsv.reader(text.splitlines(), dialect))
    read = next(r for r in rows if r[0].startswith(("Jane", "jane", "650")))
    print(f"{name}: separator {dialect.delimiter!r}, {read}")
    assert (dialect.delimiter, read) == (separator, row)
by_node = {
    "addresses": ["l", ["emai", ""], ["jane@examp", "e.com"]],
    "commas": [",", ["name", "phone"], ["Jane Doe", "650-555-0123"]],
}
for name, text, *_ in lists:
    if name in by_node:
        command = ["node", "-e", SCRIPT, text]
        read = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(f"{name}, csv-sniffer: {read}")
        assert read == by_node[name]
PYTHON
env/bin/python lists.py
echo "as stated"
