//! The records of a table in text form, as spreadsheets write them: RFC 4180 with any delimiter and any line end.

use std::str::Chars;

/// More bytes than this in one cell are a quote that nobody closed, or no table of leads.
const MOST_OF_A_CELL: usize = 256 * 1024;

/// One record, with the line of the file on which it begins, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub line: u64,
    pub cells: Result<Vec<String>, Unclosed>,
}

/// A quote in the record is never closed: what it would have held is read as the lines that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unclosed;

/// The records of a text, one after the other. Lines on which nothing stands are passed over.
#[derive(Debug, Clone)]
pub struct Records<'a> {
    rest: &'a str,
    line: u64,
    delimiter: char,
}

/// What was read of a record.
#[derive(Default)]
struct Cells {
    done: Vec<String>,
    cell: String,
    place: Place,
}

/// Where in a cell the reader is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Start,
    Plain,
    Quoted,
    /// Behind a cell's closing quote.
    Closed,
}

impl Cells {
    /// A character between quotes.
    fn quoted(&mut self, c: char, behind: &mut Chars<'_>) {
        match (c, behind.as_str().strip_prefix('"')) {
            ('"', Some(rest)) => {
                *behind = rest.chars();
                self.cell.push('"');
            }
            ('"', None) => self.place = Place::Closed,
            (c, _) => self.cell.push(c),
        }
    }

    /// Any other, but for a line's end.
    fn plain(&mut self, c: char, delimiter: char) {
        if c == delimiter {
            self.done.push(std::mem::take(&mut self.cell));
            self.place = Place::Start;
        } else if c == '"' && self.place == Place::Start {
            self.cell.clear();
            self.place = Place::Quoted;
        } else {
            self.cell.push(c);
            if self.place == Place::Start && !c.is_whitespace() {
                self.place = Place::Plain;
            }
        }
    }

    fn end(mut self) -> Vec<String> {
        self.done.push(self.cell);
        self.done
    }
}

impl<'a> Records<'a> {
    /// From this line on, which is the text's first.
    pub fn of(text: &'a str, line: u64, delimiter: char) -> Self {
        Self { rest: text, line, delimiter }
    }

    /// What is left, and the line on which it begins.
    pub fn rest(&self) -> (&'a str, u64) {
        (self.rest, self.line)
    }

    fn read(&mut self) -> Option<Record> {
        if self.rest.is_empty() {
            return None;
        }
        let (began, line) = (self.rest, self.line);
        let mut chars = self.rest.chars();
        let mut record = Cells::default();
        while let Some(c) = chars.next() {
            if record.place == Place::Quoted {
                self.line += u64::from(ends_a_line(c, &chars));
                record.quoted(c, &mut chars);
            } else if matches!(c, '\n' | '\r') {
                let behind = if c == '\r' { chars.as_str().strip_prefix('\n') } else { None };
                chars = behind.unwrap_or(chars.as_str()).chars();
                break;
            } else {
                record.plain(c, self.delimiter);
            }
            if record.cell.len() > MOST_OF_A_CELL {
                return Some(self.unclosed(began, line));
            }
        }
        if record.place == Place::Quoted {
            return Some(self.unclosed(began, line));
        }
        self.rest = chars.as_str();
        self.line += 1;
        Some(Record { line, cells: Ok(record.end()) })
    }

    /// Goes on behind the record's first line.
    fn unclosed(&mut self, began: &'a str, line: u64) -> Record {
        self.rest = began.split_once('\n').map_or("", |(_, rest)| rest);
        self.line = line + 1;
        Record { line, cells: Err(Unclosed) }
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        loop {
            let record = self.read()?;
            let is_blank = record.cells.as_ref().is_ok_and(|cells| cells.iter().all(|cell| cell.trim().is_empty()));
            if !is_blank {
                return Some(record);
            }
        }
    }
}

/// A line break of two characters ends one line.
fn ends_a_line(c: char, behind: &Chars<'_>) -> bool {
    c == '\n' || c == '\r' && !behind.as_str().starts_with('\n')
}

#[cfg(test)]
mod tests {
    use super::{Record, Records};

    fn read(text: &str) -> Vec<(u64, Option<Vec<String>>)> {
        Records::of(text, 1, ',').map(|Record { line, cells }| (line, cells.ok())).collect()
    }

    #[test]
    fn records_are_as_their_writer_meant_them() {
        let cells = |cells: &[&str]| Some(cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
        for (text, records) in [
            ("a,b\n1,2", vec![(1, cells(&["a", "b"])), (2, cells(&["1", "2"]))]),
            ("a,b\r\n1,2\r\n", vec![(1, cells(&["a", "b"])), (2, cells(&["1", "2"]))]),
            ("a,b\r1,2\r", vec![(1, cells(&["a", "b"])), (2, cells(&["1", "2"]))]),
            ("\n \n,,\na\n", vec![(4, cells(&["a"]))]),
            ("\"a, \"\"b\"\"\",\"c\r\nd\ne\"\n1", vec![(1, cells(&["a, \"b\"", "c\r\nd\ne"])), (4, cells(&["1"]))]),
            ("5\" pipe, \"x\" y,z\"", vec![(1, cells(&["5\" pipe", "x y", "z\""]))]),
            ("a,\"b\nc,d\n", vec![(1, None), (2, cells(&["c", "d"]))]),
            ("", vec![]),
        ] {
            assert_eq!(read(text), records, "{text:?}");
        }
        let long = format!("\"{}\nb", "x".repeat(super::MOST_OF_A_CELL + 1));
        assert_eq!(read(&long), [(1, None), (2, cells(&["b"]))]);
    }
}
