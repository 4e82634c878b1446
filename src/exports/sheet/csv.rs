//! CSV: RFC 4180, UTF-8 with a byte order mark (without it Excel takes it for Latin-1).

use std::io::{self, Write};

use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::cells::harmless;
use super::columns::{Columns, Survey};
use crate::read::FullItem;

pub struct Writer<W: Write> {
    columns: Columns,
    to: csv::Writer<W>,
}

impl<W: Write> Writer<W> {
    pub fn begin(survey: Survey, mut to: W) -> io::Result<Self> {
        to.write_all("\u{feff}".as_bytes())?;
        let to = WriterBuilder::new().quote_style(QuoteStyle::Necessary).terminator(Terminator::CRLF).from_writer(to);
        let columns = survey.columns();
        let mut writer = Self { columns, to };
        let header = writer.columns.header.clone();
        writer.line(header)?;
        Ok(writer)
    }

    pub fn write(&mut self, row: &FullItem) -> io::Result<()> {
        let cells = self.columns.cells(row);
        self.line(cells)
    }

    pub fn end(self) -> io::Result<W> {
        self.to.into_inner().map_err(csv::IntoInnerError::into_error)
    }

    fn line(&mut self, cells: Vec<String>) -> io::Result<()> {
        self.to.write_record(cells.into_iter().map(harmless)).map_err(io::Error::from)
    }
}
