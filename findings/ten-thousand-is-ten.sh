#!/usr/bin/env bash
# price-parser 0.5.1 (PyPI) and numeral 2.0.6 (npm), which read amounts as people write them.
#
# Guess: the budget "$10k" is ten thousand, or nothing that can be read; "$5k - $10k" begins at five thousand.
# Seen: price-parser makes 10 and 5 dollars of them, and 1.5 of "$1.5M", with the currency found and no sign that letters were left out,
# though it reads "€1.500", "CHF 1'500.00" and "1 500 kr" each as 1500. numeral reads "10k" as 10,000, but "10-20k" as minus
# 1,020,000.
# Budgets come as such text from every form with a list to choose from; a lead for 10 dollars fails each filter by price, in silence.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check price-parser==0.5.1
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error numeral@2.0.6 >/dev/null
env/bin/python - <<'PYTHON'
from price_parser import Price

seen = {text: Price.fromstring(text) for text in ["$10k", "$5k - $10k", "$1.5M", "€1.500", "CHF 1'500.00", "1 500 kr"]}
for text, price in seen.items():
    print(f"price-parser: {text} is {price.amount} {price.currency}")
assert [float(price.amount) for price in seen.values()] == [10, 5, 1.5, 1500, 1500, 1500]
assert all(price.currency for price in seen.values())
PYTHON
node - <<'JS'
const assert = require("node:assert");
const numeral = require("numeral");
for (const [text, value] of [["10k", 10000], ["10-20k", -1020000]]) {
  console.log("numeral:", text, "is", numeral(text).value());
  assert.equal(numeral(text).value(), value);
}
JS
echo "as stated"
