#!/usr/bin/env bash
# XlsxWriter 3.2.9, openpyxl 3.1.5, xlsx2csv 0.8.6 (PyPI), xlsx 0.18.5, exceljs 4.4.0, read-excel-file 9.3.17 (npm): times in an XLSX.
#
# Guess: a whole minute that one library writes as a date cell is the same minute for whoever reads it.
# Seen: a cell holds days and a fraction; 9:05 is 0.378472..., a little less. openpyxl and exceljs round and get all 1,440 minutes of a
# day back. read-excel-file is a millisecond early in 544 of them, xlsx (SheetJS) in 416, xlsx2csv writes the minute before in 128: "09:04".
# Most of the day is right, midnight and noon too, so that a test with a round time shows nothing.
# A buyer who matches returns or calls to leads by the minute of arrival, or sorts an export against the ledger, misses up to one in three; write times
# as text where they are keys, or read them rounded to the second.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check XlsxWriter==3.2.9 openpyxl==3.1.5 xlsx2csv==0.8.6
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error xlsx@0.18.5 exceljs@4.4.0 read-excel-file@9.3.17 >/dev/null 2>&1
env/bin/python - <<'PYTHON'
import io
from datetime import datetime, timedelta

import openpyxl
import xlsxwriter
from xlsx2csv import Xlsx2csv

minutes = [datetime(2026, 11, 30) + timedelta(minutes=n) for n in range(1440)]
book = xlsxwriter.Workbook("leads.xlsx")
shown_as = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
sheet = book.add_worksheet()
for row, minute in enumerate(minutes):
    sheet.write_datetime(row, 0, minute, shown_as)
book.close()
by_openpyxl = [row[0] for row in openpyxl.load_workbook("leads.xlsx").active.iter_rows(values_only=True)]
out = io.StringIO()
Xlsx2csv("leads.xlsx").convert(out)
lines = out.getvalue().splitlines()
early = sum(line != minute.strftime("%Y-%m-%d %H:%M") for line, minute in zip(lines, minutes))
print("openpyxl: 0 of 1440 early; xlsx2csv:", early, "early, the 20th line is", lines[19])
assert by_openpyxl == minutes
assert early == 128 and lines[19] == "2026-11-30 00:18"
PYTHON
cat >read.cjs <<'JS'
const assert = require("node:assert");
const Excel = require("exceljs");
const readExcelFile = require("read-excel-file/node");
const sheetjs = require("xlsx");

const minutes = Array.from({ length: 1440 }, (_, n) => Date.UTC(2026, 10, 30) + n * 60000);
const cells = minutes.map((_, n) => `A${n + 1}`);
const early = (name, dates) => {
  const by = dates.map((date, n) => minutes[n] - date).filter((ms) => ms !== 0);
  console.log(`${name}: ${by.length} of 1440 early, 9:05 is ${dates[545].toISOString()}`);
  assert(by.every((ms) => ms === 1));
  return by.length;
};
(async () => {
  const book = new Excel.Workbook();
  await book.xlsx.readFile("leads.xlsx");
  assert.equal(early("exceljs", cells.map((cell) => book.worksheets[0].getCell(cell).value)), 0);
  const sheets = await readExcelFile.default("leads.xlsx");
  assert.equal(early("read-excel-file", sheets[0].data.map((row) => row[0])), 544);
  const sheet = sheetjs.readFile("leads.xlsx", { cellDates: true }).Sheets.Sheet1;
  assert.equal(early("xlsx", cells.map((cell) => sheet[cell].v)), 416);
})();
JS
TZ=UTC node read.cjs
echo "as stated"
