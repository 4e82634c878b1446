#!/usr/bin/env bash
# XlsxWriter 3.2.9, openpyxl 3.1.5, pylightxl 1.61 (PyPI): workbooks that were written row by row.
#
# Guess: how a writer stores text (in a table that all cells share, or in each cell as `inlineStr`; ECMA-376 has both) is no matter for who reads it.
# Seen: pylightxl reads cells of the second kind as empty text, without a word. XlsxWriter writes them as soon as it is told to keep little in memory
# (constant_memory), as other writers of large files do. Numbers and dates come through, so the sheet has its rows and columns, and
# each name, phone and address is "". The same sheet written without constant_memory is read whole, as openpyxl reads both.
# An export of leads that grows past what its writer holds in memory changes its kind: a buyer's import that worked begins to write empty contacts.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check XlsxWriter==3.2.9 openpyxl==3.1.5 pylightxl==1.61
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import openpyxl
import pylightxl
import xlsxwriter

lead = ["Jane Example", "+16502530000", 25]
for constant_memory, read in [(False, lead), (True, ["", "", 25])]:
    book = xlsxwriter.Workbook("leads.xlsx", {"constant_memory": constant_memory})
    sheet = book.add_worksheet("Leads")
    for column, value in enumerate(lead):
        sheet.write_string(0, column, value) if isinstance(value, str) else sheet.write_number(0, column, value)
    book.close()
    by_openpyxl = [cell.value for cell in openpyxl.load_workbook("leads.xlsx")["Leads"][1]]
    by_pylightxl = pylightxl.readxl("leads.xlsx").ws("Leads").row(1)
    print(f"constant_memory={constant_memory}: openpyxl {by_openpyxl}, pylightxl {by_pylightxl}")
    assert by_openpyxl == lead
    assert by_pylightxl == read
PYTHON
echo "as stated"
