#!/usr/bin/env bash
# XlsxWriter 3.2.9, openpyxl 3.1.5, xlsx2csv 0.8.6 (PyPI): numbers with a unit.
#
# Guess: a cell that holds 1500 and shows "1,500 sq ft" is 1500 in a CSV, or 1,500 sq ft.
# Seen: xlsx2csv takes the s of the quoted "sq ft" for seconds and the whole number for a date. The number is gone and the format is
# what stands in the CSV: `#,##0 "sq ft"` in every row, the d of "days" replaced by a day of 1904 or so. Units without d, h, m, s, y ("ft") are
# read as they should be. openpyxl reads the number. xlsx2csv does not complain.
# Areas, budgets and terms are the answers that price a lead; sheets of past leads that come in by this tool have lost them, in all rows alike.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check XlsxWriter==3.2.9 openpyxl==3.1.5 xlsx2csv==0.8.6
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import csv
import io

import openpyxl
import xlsxwriter
from xlsx2csv import Xlsx2csv

formats = ['#,##0 "ft"', '#,##0 "sq ft"', '0 "months"', '0.0 "days"']
book = xlsxwriter.Workbook("leads.xlsx")
sheet = book.add_worksheet()
for row, shown_as in enumerate(formats):
    sheet.write_number(row, 0, 1500, book.add_format({"num_format": shown_as}))
book.close()
by_openpyxl = [row[0] for row in openpyxl.load_workbook("leads.xlsx").active.iter_rows(values_only=True)]
out = io.StringIO()
Xlsx2csv("leads.xlsx").convert(out)
by_xlsx2csv = [row[0] for row in csv.reader(io.StringIO(out.getvalue()))]
for row in zip(formats, by_openpyxl, by_xlsx2csv):
    print("1500 as {}: openpyxl {!r}, xlsx2csv {!r}".format(*row))
assert by_openpyxl == [1500] * 4
assert by_xlsx2csv[:2] == ["1500", '#,##0 "sq ft"']
assert not any("1500" in cell for cell in by_xlsx2csv[1:])
PYTHON
echo "as stated"
