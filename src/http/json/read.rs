//! The reading itself, by recursive descent with a bound on depth and number of values.

use std::collections::HashSet;

use super::{Reason, Refused, Value};

/// Deeper nesting is refused while reading.
const MAX_DEPTH: usize = 128;
/// More values than this in one body are refused while reading, so that memory stays within a few MiB.
const MAX_VALUES: usize = 50_000;
/// Above this an object's keys are looked up by hash.
const FEW_KEYS: usize = 16;

/// One value and nothing after it.
pub(super) fn document(text: &str) -> Result<Value, Refused> {
    let mut reader = Reader { text, at: 0, values: 0 };
    let value = reader.value(0)?;
    reader.skip_space();
    if reader.at < text.len() { Err(reader.malformed()) } else { Ok(value) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    values: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn malformed(&self) -> Refused {
        Reason::Malformed(self.at).here()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Refused> {
        if self.peek() != Some(byte) {
            return Err(self.malformed());
        }
        self.at += 1;
        Ok(())
    }

    /// True, and past it, where `byte` is next.
    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn value(&mut self, depth: usize) -> Result<Value, Refused> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(Reason::TooManyValues.here());
        }
        self.skip_space();
        match self.peek() {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => Err(Reason::TooDeep.here()),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => Ok(Value::String(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => Err(self.malformed()),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Refused> {
        if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            return Err(self.malformed());
        }
        self.at += word.len();
        Ok(value)
    }

    fn object(&mut self, depth: usize) -> Result<Value, Refused> {
        self.at += 1;
        let mut members: Vec<(String, Value)> = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        self.skip_space();
        if self.take(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.skip_space();
            let key = self.string()?;
            if is_known(&members, &mut seen, &key) {
                return Err(Reason::DuplicateKey.here().under(&key));
            }
            self.skip_space();
            self.expect(b':')?;
            let value = self.value(depth + 1).map_err(|refused| refused.under(&key))?;
            members.push((key, value));
            self.skip_space();
            if self.take(b'}') {
                return Ok(Value::Object(members));
            }
            self.expect(b',')?;
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, Refused> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.take(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            let value = self.value(depth + 1).map_err(|refused| refused.under(&items.len().to_string()))?;
            items.push(value);
            self.skip_space();
            if self.take(b']') {
                return Ok(Value::Array(items));
            }
            self.expect(b',')?;
        }
    }

    fn number(&mut self) -> Result<Value, Refused> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _signed = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        if text.parse::<f64>().is_ok_and(f64::is_finite) {
            Ok(Value::Number(text.to_owned()))
        } else {
            Err(Reason::NumberOutOfRange.here())
        }
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<(), Refused> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.malformed()) } else { Ok(()) }
    }

    fn string(&mut self) -> Result<String, Refused> {
        self.expect(b'"')?;
        let mut out = String::new();
        loop {
            out.push_str(self.plain());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escape()?);
                }
                _ => return Err(self.malformed()),
            }
        }
    }

    /// The text up to a quote, a backslash, a control character or the end.
    fn plain(&mut self) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(|b| b != b'"' && b != b'\\' && b >= 0x20) {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn escape(&mut self) -> Result<char, Refused> {
        let c = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(self.malformed()),
        };
        self.at += 1;
        Ok(c)
    }

    /// After `\u`: one unit, or the two of a surrogate pair.
    fn unicode(&mut self) -> Result<char, Refused> {
        let start = self.at;
        let lone = Reason::Malformed(start);
        let first = self.hex()?;
        let code = match first {
            0 => return Err(Reason::Nul.here()),
            0xD800..=0xDBFF => {
                if !(self.take(b'\\') && self.take(b'u')) {
                    return Err(lone.here());
                }
                let second = self.hex()?;
                if !(0xDC00..=0xDFFF).contains(&second) {
                    return Err(lone.here());
                }
                0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)
            }
            unit => unit,
        };
        char::from_u32(code).ok_or_else(|| lone.here())
    }

    fn hex(&mut self) -> Result<u32, Refused> {
        let digits = self.text.get(self.at..self.at + 4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let unit = digits.and_then(|d| u32::from_str_radix(d, 16).ok()).ok_or_else(|| self.malformed())?;
        self.at += 4;
        Ok(unit)
    }
}

/// Whether `key` is among the members already; an object of many keys is looked up by hash.
fn is_known(members: &[(String, Value)], seen: &mut HashSet<String>, key: &str) -> bool {
    if members.len() < FEW_KEYS {
        return members.iter().any(|(k, _)| k == key);
    }
    if seen.is_empty() {
        seen.extend(members.iter().map(|(k, _)| k.clone()));
    }
    !seen.insert(key.to_owned())
}
