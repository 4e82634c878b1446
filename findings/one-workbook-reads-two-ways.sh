#!/usr/bin/env bash
# XlsxWriter 3.2.9, openpyxl 3.1.5, python-calamine 0.9.1 (PyPI): control characters in an XLSX.
#
# Guess: what a cell cannot hold is written as _xHHHH_ (ECMA-376, ST_Xstring), and whoever reads the file gets the character back, as
# from any other escape.
# Seen: calamine gives back what was written. openpyxl takes away only the escape of the underscore (_x005F_) and leaves every other as
# it stands. So a carriage return ("a\rb") and the eight letters "a_x000D_b", which the file tells apart, are the same text
# for whoever reads it with openpyxl.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check XlsxWriter==3.2.9 openpyxl==3.1.5 python-calamine==0.9.1
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import openpyxl
import python_calamine
import xlsxwriter

sent = ["a\rb", "a_x000D_b", "one\x0btwo"]
book = xlsxwriter.Workbook("answers.xlsx")
sheet = book.add_worksheet()
for row, text in enumerate(sent):
    sheet.write_string(row, 0, text)
book.close()
by_calamine = [row[0] for row in python_calamine.CalamineWorkbook.from_path("answers.xlsx").get_sheet_by_index(0).to_python()]
by_openpyxl = [row[0] for row in openpyxl.load_workbook("answers.xlsx").active.iter_rows(values_only=True)]
print("written: ", sent)
print("calamine:", by_calamine)
print("openpyxl:", by_openpyxl)
assert by_calamine == sent
assert by_openpyxl == ["a_x000D_b", "a_x000D_b", "one_x000B_two"]
PYTHON
echo "as stated"
