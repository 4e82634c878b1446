//! XLSX: every cell a text, so that nothing is run, rounded or taken for a date; the header stays in sight.

use std::borrow::Cow;
use std::io::{self, Seek, Write};

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::columns::{Columns, Survey, unlike};
use crate::read::FullItem;

/// What a cell holds at most, in UTF-16 units. A longer text goes on in further columns.
const MAX_CELL: usize = 32_767;
/// The end of a text that is longer than its cells.
const CUT: &str = "...(cut)";
/// Widths of the columns, in characters.
const WIDTH: f64 = 18.0;
const WIDE: f64 = 38.0;

pub struct Writer<W: Write + Seek + Send> {
    columns: Columns,
    /// How many cells each column takes.
    spans: Vec<usize>,
    book: Workbook,
    next: u32,
    to: W,
}

impl<W: Write + Seek + Send> Writer<W> {
    pub fn begin(survey: Survey, to: W) -> io::Result<Self> {
        let longest: Vec<usize> = survey.longest().collect();
        let columns = survey.columns();
        let mut spans = vec![1; columns.header.len()];
        for (span, longest) in spans.iter_mut().skip(columns.fixed()).zip(longest) {
            *span = longest.div_ceil(MAX_CELL).max(1);
        }
        let mut writer = Self { columns, spans, book: Workbook::new(), next: 0, to };
        let sheet = writer.book.add_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name("Leads").map_err(failed)?;
        sheet.set_freeze_panes(1, 0).map_err(failed)?;
        writer.header()?;
        Ok(writer)
    }

    fn header(&mut self) -> io::Result<()> {
        let bold = Format::new().set_bold();
        let sheet = self.book.worksheet_from_index(0).map_err(failed)?;
        let mut column = 0;
        let mut taken = self.columns.header.iter().map(|name| name.to_lowercase()).collect();
        for (name, span) in self.columns.header.iter().zip(&self.spans) {
            for part in 0..*span {
                let mut more = || unlike(&mut taken, &format!("{name} (continued {part})"));
                let name = if part == 0 { name.clone() } else { more() };
                let width =
                    if matches!(name.as_str(), "Lead ID" | "Email" | "Rejection reason") { WIDE } else { WIDTH };
                sheet.set_column_width(column, width).map_err(failed)?;
                sheet.write_string_with_format(0, column, clipped(&name), &bold).map_err(failed)?;
                column += 1;
            }
        }
        self.next = 1;
        Ok(())
    }

    pub fn write(&mut self, row: &FullItem) -> io::Result<()> {
        let cells = self.columns.cells(row);
        let sheet = self.book.worksheet_from_index(0).map_err(failed)?;
        let mut first = 0_u16;
        for (cell, span) in cells.iter().zip(&self.spans) {
            let span = u16::try_from(*span).unwrap_or(1);
            let cell = in_lines(cell);
            for (column, part) in (first..first + span).zip(parts(&cell, span)) {
                sheet.write_string(self.next, column, part).map_err(failed)?;
            }
            first += span;
        }
        self.next += 1;
        Ok(())
    }

    pub fn end(mut self) -> io::Result<W> {
        self.book.save_to_writer(&mut self.to).map_err(failed)?;
        Ok(self.to)
    }
}

/// Without what comes out as `_x000D_` in half of the programs that read the file: line breaks of any kind are those of a cell,
/// and other control characters stand as U+FFFD.
fn in_lines(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c.is_ascii_control() && !matches!(c, '\t' | '\n')) {
        return Cow::Borrowed(text);
    }
    let kept = |c: char| match c {
        '\r' | '\u{b}' | '\u{c}' => '\n',
        c if c.is_ascii_control() && !matches!(c, '\t' | '\n') => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    Cow::Owned(text.replace("\r\n", "\n").chars().map(kept).collect())
}

/// The text in pieces that each fit a cell, `span` of them at most; where that is not enough the last one says so.
fn parts(text: &str, span: u16) -> impl Iterator<Item = Cow<'_, str>> {
    let mut rest = text;
    let mut left = span;
    std::iter::from_fn(move || {
        let (part, after) = rest.split_at_checked(fitting(rest, MAX_CELL))?;
        left = left.checked_sub(1)?;
        if left == 0 && !after.is_empty() {
            let (part, _) = rest.split_at_checked(fitting(rest, MAX_CELL - CUT.len()))?;
            return Some(Cow::Owned(format!("{part}{CUT}")));
        }
        rest = after;
        (!part.is_empty()).then_some(Cow::Borrowed(part))
    })
}

fn clipped(text: &str) -> &str {
    text.get(..fitting(text, MAX_CELL)).unwrap_or_default()
}

/// How many bytes of the text fit into so many UTF-16 units.
fn fitting(text: &str, most: usize) -> usize {
    let mut units = 0;
    let over = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > most
    });
    over.map_or(text.len(), |(at, _)| at)
}

fn failed(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other),
    }
}
