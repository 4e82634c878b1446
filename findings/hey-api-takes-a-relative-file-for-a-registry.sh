#!/usr/bin/env bash
# @hey-api/openapi-ts 0.85.0 (npm), which makes TypeScript clients from OpenAPI documents.
#
# Guess: `-i made/openapi.json` reads the file, as every other generator does.
# Seen: a path with one slash and no ./ before it is taken for `organization/project` of the maker's own registry, and refused;
# `-i ./made/openapi.json` reads the file.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error @hey-api/openapi-ts@0.85.0 typescript@5.9.3 >/dev/null
mkdir made
cat >made/openapi.json <<'JSON'
{"openapi":"3.1.0","info":{"title":"T","version":"1"},"paths":{"/a":{"get":{"operationId":"a","responses":{"200":{"description":"OK"}}}}}}
JSON
if npx openapi-ts -i made/openapi.json -o out -c @hey-api/client-fetch >bare.log 2>&1; then
  echo "made/openapi.json was read: changed"
  exit 1
fi
grep -o 'Invalid Hey API shorthand format' bare.log
npx openapi-ts -i ./made/openapi.json -o out -c @hey-api/client-fetch >dotted.log 2>&1
test -f out/sdk.gen.ts
echo "as stated"
