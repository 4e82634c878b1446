#!/usr/bin/env bash
# nameparser 2.6.0 (PyPI) and @compwright/namecase 2.0.7 (npm), which write names that came in capitals, or in none, as
# they should be.
#
# Guess: MACDONALD is MacDonald and MACHADO is Machado; where it cannot be known the first letter alone is made a
# capital.
# Seen: nameparser takes every "Mac" with three more letters or more for a Scottish one: "Maria MacHado", "MacIas",
# "MacEdo", "MacIel", "MacKey"; the first four are common Spanish and Portuguese surnames. namecase has a list of
# exceptions with these on it, but not Maciel and Macron: "MacIel", "MacRon". A name that comes in mixed case is left as
# it is by nameparser, so only the leads of some forms are hit.
# Forms on phones send names in one case. A letter to "Dear Maria MacHado" is not answered, and the provider thinks the
# lead a fake.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check nameparser==2.6.0
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error @compwright/namecase@2.0.7 >/dev/null
cat >names.py <<'PYTHON'
import subprocess

from nameparser import HumanName

SCRIPT = 'const n = require("@compwright/namecase"); console.log((n.default ?? n)(process.argv[1]))'
seen = {
    "JOHN MACDONALD": ("John MacDonald", "John MacDonald"),
    "MARIA MACHADO": ("Maria MacHado", "Maria Machado"),
    "maria machado": ("Maria MacHado", "Maria Machado"),
    "JOSE MACIAS": ("Jose MacIas", "Jose Macias"),
    "ANA MACEDO": ("Ana MacEdo", "Ana Macedo"),
    "JOHN MACKEY": ("John MacKey", "John Mackey"),
    "JOSE MACIEL": ("Jose MacIel", "Jose MacIel"),
    "ANNE MACRON": ("Anne MacRon", "Anne MacRon"),
    "Maria Machado": ("Maria Machado", "Maria Machado"),
}
for given, expected in seen.items():
    name = HumanName(given)
    name.capitalize()
    by_node = subprocess.run(["node", "-e", SCRIPT, given], check=True, capture_output=True, text=True).stdout.strip()
    print(f"{given}: nameparser {name}, namecase {by_node}")
    assert (str(name), by_node) == expected
PYTHON
env/bin/python names.py
echo "as stated"
