#!/usr/bin/env bash
# minijinja 3.1.0 (PyPI, the Rust engine of that version) and minijinja-js 2.11.0 (npm, the Rust engine of that version).
#
# Guess: what the engine writes for true, null and a list is the same in all its versions (true, none, ["b", "A"] in 2.x), so that a
# template which was tried in a browser's editor writes the same on the server.
# Seen: 3.x writes True, None and ['b', 'A'], as Jinja2 does, titles "o'neil" as O'neil where 2.x has O'Neil, and rounds 2.5 to 2.0
# where 2.x has 3.0. Neither warns: both render. The browser's build is still 2.x.
# A push to a CRM whose template says {"urgent": {{ urgent }}} is JSON by 2.x and none by 3.x; {{ urgent|tojson }} is JSON by both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check minijinja==3.1.0
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error minijinja-js@2.11.0 >/dev/null
cat >lead.json <<'JSON'
{"urgent": true, "budget": null, "tags": ["b", "A"], "name": "o'neil", "rating": 2.5}
JSON
template='{{ urgent }} {{ budget }} {{ tags }} {{ name|title }} {{ rating|round }} {{ urgent|tojson }} {{ budget|tojson }}'
cat >render.mjs <<'JS'
import { readFileSync } from "node:fs";
import { Environment } from "minijinja-js";
console.log(new Environment().renderStr(process.argv[2], JSON.parse(readFileSync("lead.json", "utf8"))));
JS
cat >render.py <<'PYTHON'
import json
import sys

import minijinja

print(minijinja.Environment().render_str(sys.argv[1], **json.load(open("lead.json"))))
PYTHON
by_two=$(node render.mjs "$template")
by_three=$(env/bin/python render.py "$template")
echo "2.11.0: $by_two"
echo "3.1.0:  $by_three"
test "$by_two" = "true none [\"b\", \"A\"] O'Neil 3.0 true null"
test "$by_three" = "True None ['b', 'A'] O'neil 2.0 true null"
echo "as stated"
