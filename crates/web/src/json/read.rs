//! The reading itself, by recursive descent with a bound on depth and number of values.

use std::collections::{HashMap, HashSet};

use super::value::{Odd, Reason, Refused, Value};

/// Deeper nesting is refused while reading.
const MAX_DEPTH: usize = 128;
/// More values than this in one body are refused while reading, so that memory stays within a few MiB.
const MAX_VALUES: usize = 50_000;
/// Above this an object's keys are looked up by hash.
const FEW_KEYS: usize = 16;

/// One value and nothing after it. With `odd` what is only odd is taken and noted there.
pub(super) fn document(text: &str, odd: Option<&mut Odd>) -> Result<Value, Refused> {
    let mut reader = Reader { text, at: 0, values: 0, odd };
    let value = reader.value(0)?;
    reader.skip_space();
    if reader.at < text.len() { Err(reader.malformed()) } else { Ok(value) }
}

struct Reader<'a, 'o> {
    text: &'a str,
    at: usize,
    values: usize,
    /// Where the reader is liberal: what it took all the same.
    odd: Option<&'o mut Odd>,
}

/// The members of an object while it is read.
#[derive(Default)]
struct Members {
    all: Vec<(String, Value)>,
    /// Where each stands, once there are many.
    places: HashMap<String, usize>,
    /// Those that hold the values of a key that was given more than once.
    doubled: HashSet<usize>,
}

impl<'a> Reader<'a, '_> {
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
        // What editors put between, and what programs put at the end.
        let blank = |c: char| c.is_whitespace() || matches!(c, '\0' | '\u{feff}');
        if self.odd.is_some() && self.peek().is_some_and(|b| b == 0 || !b.is_ascii()) {
            let rest = self.text.get(self.at..).unwrap_or_default();
            self.at += rest.len() - rest.trim_start_matches(blank).len();
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
            _ if self.odd.is_some() && self.takes_bare() => Ok(self.bare()),
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
        let mut members = Members::default();
        self.skip_space();
        if self.take(b'}') {
            return Ok(Value::Object(members.all));
        }
        loop {
            self.skip_space();
            let key = self.string()?;
            let known = members.place(&key);
            if known.is_some() {
                let Some(odd) = &mut self.odd else { return Err(Reason::DuplicateKey.here().under(&key)) };
                odd.doubled = true;
            }
            self.skip_space();
            self.expect(b':')?;
            let value = self.value(depth + 1).map_err(|refused| refused.under(&key))?;
            match known {
                Some(place) => members.add_to(place, value),
                None => members.all.push((key, value)),
            }
            self.skip_space();
            if self.take(b'}') {
                return Ok(Value::Object(members.all));
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

    /// Whether what is next is something like a number that JSON does not know, as templates and scripts write it:
    /// `007`, `+16502530000`, `.5`, `1e999`, `NaN`.
    fn takes_bare(&self) -> bool {
        let text = self.next_word();
        let is_numeral = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
            && text.bytes().any(|b| b.is_ascii_digit())
            && text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
        matches!(text, "NaN" | "Infinity" | "-Infinity") || is_numeral && document(text, None).is_err()
    }

    /// The same as a text.
    fn bare(&mut self) -> Value {
        let text = self.next_word();
        self.at += text.len();
        if let Some(odd) = &mut self.odd {
            odd.bare = true;
        }
        Value::String(text.to_owned())
    }

    fn next_word(&self) -> &'a str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let is_part = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
        rest.get(..rest.bytes().take_while(|b| is_part(*b)).count()).unwrap_or_default()
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
                Some(control) if self.odd.is_some() => {
                    self.at += 1;
                    out.push(if control == 0 { self.replaced() } else { char::from(control) });
                }
                _ => return Err(self.malformed()),
            }
        }
    }

    /// What stands for a character that is none.
    fn replaced(&mut self) -> char {
        if let Some(odd) = &mut self.odd {
            odd.replaced = true;
        }
        char::REPLACEMENT_CHARACTER
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
        let whole = match first {
            0 if self.odd.is_none() => return Err(Reason::Nul.here()),
            0 => None,
            0xD800..=0xDBFF => self.second_half().map(|second| 0x1_0000 + ((first - 0xD800) << 10) + second),
            unit => Some(unit),
        };
        match whole.and_then(char::from_u32) {
            Some(c) => Ok(c),
            None if self.odd.is_some() => Ok(self.replaced()),
            None => Err(lone.here()),
        }
    }

    /// The low half of a surrogate pair, from 0; where there is none, what stands there is still to be read.
    fn second_half(&mut self) -> Option<u32> {
        let start = self.at;
        let half = (self.take(b'\\') && self.take(b'u')).then(|| self.hex().ok()).flatten();
        let half = half.filter(|unit| (0xDC00..=0xDFFF).contains(unit)).map(|unit| unit - 0xDC00);
        if half.is_none() {
            self.at = start;
        }
        half
    }

    fn hex(&mut self) -> Result<u32, Refused> {
        let digits = self.text.get(self.at..self.at + 4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let unit = digits.and_then(|d| u32::from_str_radix(d, 16).ok()).ok_or_else(|| self.malformed())?;
        self.at += 4;
        Ok(unit)
    }
}

impl Members {
    /// Where `key` stands, if it does; an object of many keys is looked up by hash. What is not known is pushed next.
    fn place(&mut self, key: &str) -> Option<usize> {
        if self.all.len() < FEW_KEYS {
            return self.all.iter().position(|(known, _)| known == key);
        }
        if self.places.is_empty() {
            self.places.extend(self.all.iter().enumerate().map(|(place, (known, _))| (known.clone(), place)));
        }
        let known = self.places.get(key).copied();
        if known.is_none() {
            self.places.insert(key.to_owned(), self.all.len());
        }
        known
    }

    /// A key given again has a list of its values; the same value again says nothing new.
    fn add_to(&mut self, place: usize, value: Value) {
        let is_list = self.doubled.contains(&place);
        let Some((_, kept)) = self.all.get_mut(place) else { return };
        match kept {
            Value::Array(values) if is_list => values.push(value),
            same if *same == value => {}
            first => {
                *first = Value::Array(vec![std::mem::replace(first, Value::Null), value]);
                self.doubled.insert(place);
            }
        }
    }
}
