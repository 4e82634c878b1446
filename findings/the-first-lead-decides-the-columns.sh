#!/usr/bin/env bash
# jsforce 3.10.16 (npm, the newest for Node 20) and simple-salesforce 1.12.10 (PyPI), which load records into Salesforce in bulk.
#
# Guess: of records that have not all the same fields, as leads from several forms have not, the CSV that is sent has all columns that any has.
# Seen: simple-salesforce sends them all. jsforce takes the columns of the first record: what that one has not is sent for none, with no
# error, and Salesforce, which asks for no more than LastName and Company, says all went well. Put the same records in another order and
# they are whole. And a Date goes out as its milliseconds.
# One lead without a phone number at the head of a push, and no lead of that push has one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check simple-salesforce==1.12.10
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error jsforce@3.10.16 >/dev/null
cat >load.cjs <<'JS'
const assert = require("node:assert");
const http = require("node:http");
const jsforce = require("jsforce");

const job = { id: "750000000000001", object: "Lead", operation: "insert", state: "Open" };
let sent = "";
const server = http.createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    if (request.method === "PUT") sent = body;
    response.writeHead(request.method === "PUT" ? 201 : 200, { "content-type": "application/json" });
    response.end(request.method === "PUT" ? "" : JSON.stringify(job));
  });
});
const leads = [
  { LastName: "First", Company: "First", IsUnreadByOwner: true, Asked__c: new Date(0) },
  { LastName: "Second", Company: "Second", Phone: "+16502530000" },
];
server.listen(0, "127.0.0.1", async () => {
  const instanceUrl = `http://127.0.0.1:${server.address().port}`;
  const connection = new jsforce.Connection({ instanceUrl, accessToken: "example" });
  const load = async (input) => {
    const loading = connection.bulk2.createJob({ object: "Lead", operation: "insert" });
    await loading.open();
    await loading.uploadData(input);
    return sent;
  };
  const [as_is, turned] = [await load(leads), await load([...leads].reverse())];
  console.log(`jsforce:\n${as_is}jsforce, the other way round:\n${turned}`);
  assert.equal(as_is, "LastName,Company,IsUnreadByOwner,Asked__c\nFirst,First,true,0\nSecond,Second,,\n");
  assert.equal(turned, "LastName,Company,Phone\nSecond,Second,+16502530000\nFirst,First,\n");
  server.closeAllConnections();
  server.close();
});
JS
node load.cjs
env/bin/python - <<'PYTHON'
from simple_salesforce import bulk2

leads = [{"LastName": "First"}, {"LastName": "Second", "Phone": "+16502530000"}]
sent = bulk2._convert_dict_to_csv(leads, sort_keys=True)
print("simple-salesforce:", sent, sep="\n")
assert sent == "LastName,Phone\nFirst,\nSecond,+16502530000\n"
PYTHON
echo "as stated"
