//! One reader for JSON bodies (pointers, 422) and queries (parameters, 400). A name that is not asked for is an error.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use super::kind::{Kind, Wrong};
use super::object::Limits;
use super::takes::{self, Described};
use super::values;
use crate::json::{self, Value};
use ground::clock::Timestamp;
use ground::email::Email;
use ground::error::{Error, Invalid};
use ground::id::Id;
use ground::period::Bound;
use units::Json;

/// The fields of one object, and what was found wrong with them so far.
#[derive(Debug)]
pub struct Fields {
    pub(super) kind: Kind,
    /// The pointer to this object: `#`, or `#/consent`.
    pub(super) base: String,
    /// A field that was asked for is taken out.
    left: Vec<Option<(String, Value)>>,
    pub(super) errors: Vec<Invalid>,
    /// Where nothing is read, and what would be is told instead.
    pub(super) described: Option<Box<Described>>,
}

/// What a field takes, for the document; asked for only there.
pub type Takes<'a> = &'a dyn Fn() -> serde_json::Value;

enum Given {
    Absent,
    Null,
    Value(Value),
}

impl Fields {
    /// The fields of a body that makes something. Not an object: an error.
    pub fn of_body(value: Value) -> Result<Self, Error> {
        Self::of_object(Kind::New, value)
    }

    /// The fields of a body that changes something.
    pub fn of_patch(value: Value) -> Result<Self, Error> {
        Self::of_object(Kind::Patch, value)
    }

    fn of_object(kind: Kind, value: Value) -> Result<Self, Error> {
        let Value::Object(members) = value else {
            let detail = "The body must be a JSON object.";
            let at = ground::error::At::Pointer("#".into());
            return Err(Error::Invalid(vec![Invalid { at, code: "wrong_type", detail: detail.into() }]));
        };
        Ok(Self::new(kind, members))
    }

    /// The parameters of a query.
    pub fn of_query(pairs: Vec<(String, String)>) -> Self {
        Self::new(Kind::Query, pairs.into_iter().map(|(name, text)| (name, Value::String(text))).collect())
    }

    /// The fields of a form post: every value is a text, and an empty one is as good as absent.
    pub fn of_form(pairs: Vec<(String, String)>) -> Self {
        let given = pairs.into_iter().filter(|(_, text)| !text.is_empty());
        Self::new(Kind::New, given.map(|(name, text)| (name, Value::String(text))).collect())
    }

    pub(super) fn new(kind: Kind, members: Vec<(String, Value)>) -> Self {
        let left = members.into_iter().map(Some).collect();
        Self { kind, base: "#".to_owned(), left, errors: Vec::new(), described: None }
    }

    /// What was wrong, with what was never asked for.
    pub fn finish(mut self) -> Result<(), Error> {
        for (name, _) in std::mem::take(&mut self.left).into_iter().flatten() {
            let code = if self.kind == Kind::Query { "unknown_parameter" } else { "unknown_field" };
            self.wrong(&name, (code, "is not known here".into()));
        }
        if self.errors.is_empty() { Ok(()) } else { Err(Error::Invalid(self.errors)) }
    }

    /// A rule over several fields was broken.
    pub fn error(&mut self, invalid: Invalid) {
        self.errors.push(invalid);
    }

    /// This field breaks a rule of the caller's; `detail` goes on after the field's name.
    pub fn refuse(&mut self, name: &str, code: &'static str, detail: String) {
        self.wrong(name, (code, detail.into()));
    }

    /// Whether anything was found wrong so far.
    pub fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }

    /// Everything that was not asked for, for senders who may send what they like.
    pub fn take_rest(&mut self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.left).into_iter().flatten().collect()
    }

    /// The value as it was sent, `null` included.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        let known = |slot: &&mut Option<(String, Value)>| slot.as_ref().is_some_and(|(n, _)| n == name);
        self.left.iter_mut().find(known).and_then(Option::take).map(|(_, value)| value)
    }

    pub(super) fn wrong(&mut self, name: &str, (code, detail): Wrong) {
        let detail: Cow<'static, str> = format!("{} {detail}", values::shown(name)).into();
        let invalid = if self.kind == Kind::Query {
            Invalid { detail, ..Invalid::parameter(values::shown(name), code, "") }
        } else {
            let at = ground::error::At::Pointer(json::pointer(&self.base, name).into());
            Invalid { at, code, detail }
        };
        self.errors.push(invalid);
    }

    fn given(&mut self, name: &str) -> Given {
        match self.take(name) {
            None => Given::Absent,
            Some(Value::Null) => Given::Null,
            Some(value) => Given::Value(value),
        }
    }

    /// `None` after an error, and where it is absent: that is one too.
    pub fn required<T>(
        &mut self,
        name: &str,
        takes: Takes<'_>,
        read: impl FnOnce(Value) -> Result<T, Wrong>,
    ) -> Option<T> {
        if let Some(described) = &mut self.described {
            described.ask(name, true, takes());
            return None;
        }
        match self.given(name) {
            Given::Value(value) => read(value).map_err(|wrong| self.wrong(name, wrong)).ok(),
            Given::Absent => {
                self.wrong(name, ("required", "is required".into()));
                None
            }
            Given::Null => {
                self.wrong(name, ("required", "must not be null".into()));
                None
            }
        }
    }

    /// `None` where it is absent; `null` is as good as absent in a body that makes something, else an error.
    pub fn optional<T>(
        &mut self,
        name: &str,
        takes: Takes<'_>,
        read: impl FnOnce(Value) -> Result<T, Wrong>,
    ) -> Option<T> {
        if let Some(described) = &mut self.described {
            let takes = if self.kind == Kind::New { takes::or_null(takes()) } else { takes() };
            described.ask(name, false, takes);
            return None;
        }
        match self.given(name) {
            Given::Value(value) => read(value).map_err(|wrong| self.wrong(name, wrong)).ok(),
            Given::Null if self.kind != Kind::New => {
                self.wrong(name, ("wrong_type", "must not be null".into()));
                None
            }
            Given::Absent | Given::Null => None,
        }
    }

    /// `None` where it is absent, `Some(None)` for `null`.
    pub fn patch<T>(
        &mut self,
        name: &str,
        takes: Takes<'_>,
        read: impl FnOnce(Value) -> Result<T, Wrong>,
    ) -> Option<Option<T>> {
        if let Some(described) = &mut self.described {
            described.ask(name, false, takes::or_null(takes()));
            return None;
        }
        match self.given(name) {
            Given::Absent => None,
            Given::Null => Some(None),
            Given::Value(value) => read(value).map_err(|wrong| self.wrong(name, wrong)).ok().map(Some),
        }
    }
}

impl Fields {
    /// No input: what is asked for is told.
    pub(super) fn describing(kind: Kind) -> Self {
        let mut fields = Self::new(kind, Vec::new());
        fields.described = Some(Box::default());
        fields
    }

    /// The schema of what was asked for since [`Self::describing`].
    pub(super) fn described(&mut self) -> serde_json::Value {
        self.described.take().unwrap_or_default().into_schema()
    }

    /// Tells the OpenAPI document more of this field than its reader does, where the caller checks more: members of its
    /// schema. Costs nothing while input is read.
    pub fn says(&mut self, name: &str, more: impl FnOnce() -> serde_json::Value) {
        if let Some(described) = &mut self.described {
            described.say(name, more());
        }
    }
}

/// The readers. Each names the field; lengths are in Unicode scalar values. `opt_…` is `None` where it is absent, and
/// `patch_…` tells absent, `null` and a value apart.
impl Fields {
    /// As it was sent, line breaks included, but no other control characters.
    pub fn prose(&mut self, name: &str, length: RangeInclusive<usize>) -> String {
        self.required(name, &|| takes::prose(&length), |v| values::prose(v, &length)).unwrap_or_default()
    }

    /// The same where there is one.
    pub fn opt_prose(&mut self, name: &str, length: RangeInclusive<usize>) -> Option<String> {
        self.optional(name, &|| takes::prose(&length), |v| values::prose(v, &length))
    }

    /// As it was sent, without control characters.
    pub fn text(&mut self, name: &str, length: RangeInclusive<usize>) -> String {
        self.required(name, &|| takes::text(&length), |v| values::text(v, &length)).unwrap_or_default()
    }

    /// The same where there is one.
    pub fn opt_text(&mut self, name: &str, length: RangeInclusive<usize>) -> Option<String> {
        self.optional(name, &|| takes::text(&length), |v| values::text(v, &length))
    }

    /// Without the white space and invisible characters at its ends; the length is that of what is left.
    pub fn line(&mut self, name: &str, length: RangeInclusive<usize>) -> String {
        self.required(name, &|| takes::line(&length), |v| values::line(v, &length)).unwrap_or_default()
    }

    /// The same where there is one.
    pub fn opt_line(&mut self, name: &str, length: RangeInclusive<usize>) -> Option<String> {
        self.optional(name, &|| takes::line(&length), |v| values::line(v, &length))
    }

    /// `None` where it is absent, `Some(None)` for `null`.
    pub fn patch_line(&mut self, name: &str, length: RangeInclusive<usize>) -> Option<Option<String>> {
        self.patch(name, &|| takes::line(&length), |v| values::line(v, &length))
    }

    /// An address with the key that it is compared by.
    pub fn email(&mut self, name: &str) -> Email {
        let placeholder = || Email { address: String::new(), key: String::new() };
        self.required(name, &takes::email, values::email).unwrap_or_else(placeholder)
    }

    /// The same where there is one.
    pub fn opt_email(&mut self, name: &str) -> Option<Email> {
        self.optional(name, &takes::email, values::email)
    }

    /// A whole number.
    pub fn int(&mut self, name: &str, range: RangeInclusive<i64>) -> i64 {
        let kind = self.kind;
        self.required(name, &|| takes::int(&range), |v| values::int(kind, &v, &range)).unwrap_or_default()
    }

    /// The same where there is one.
    pub fn opt_int(&mut self, name: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let kind = self.kind;
        self.optional(name, &|| takes::int(&range), |v| values::int(kind, &v, &range))
    }

    /// `None` where it is absent, `Some(None)` for `null`.
    pub fn patch_int(&mut self, name: &str, range: RangeInclusive<i64>) -> Option<Option<i64>> {
        let kind = self.kind;
        self.patch(name, &|| takes::int(&range), |v| values::int(kind, &v, &range))
    }

    /// `true` or `false`; in a query the same words.
    pub fn flag(&mut self, name: &str) -> bool {
        let kind = self.kind;
        self.required(name, &takes::flag, |v| values::flag(kind, &v)).unwrap_or_default()
    }

    /// The same where there is one.
    pub fn opt_flag(&mut self, name: &str) -> Option<bool> {
        let kind = self.kind;
        self.optional(name, &takes::flag, |v| values::flag(kind, &v))
    }

    /// An id in its canonical form; nil after an error.
    pub fn id<T: Id>(&mut self, name: &str) -> T {
        self.required(name, &takes::id, |v| values::id(&v)).unwrap_or_else(|| T::from_uuid(uuid::Uuid::nil()))
    }

    /// The same where there is one.
    pub fn opt_id<T: Id>(&mut self, name: &str) -> Option<T> {
        self.optional(name, &takes::id, |v| values::id(&v))
    }

    /// So many ids, none twice.
    pub fn list_of_ids<T: Id>(&mut self, name: &str, count: RangeInclusive<usize>) -> Vec<T> {
        self.required(name, &|| takes::list(&count, &takes::id()), |v| values::ids(&v, &count)).unwrap_or_default()
    }

    /// One of some words, written exactly so. `choices` has one at least; the first is the placeholder after an error.
    pub fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> T {
        let Some((_, placeholder)) = choices.first() else { unreachable!("a choice of nothing") };
        self.required(name, &|| takes::choice(choices), |v| values::choice(&v, choices)).unwrap_or(*placeholder)
    }

    /// The same where there is one.
    pub fn opt_choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        self.optional(name, &|| takes::choice(choices), |v| values::choice(&v, choices))
    }

    /// An RFC 3339 time with its offset.
    pub fn time(&mut self, name: &str) -> Timestamp {
        self.required(name, &takes::time, |v| values::time(&v)).unwrap_or_default()
    }

    /// The same where there is one.
    pub fn opt_time(&mut self, name: &str) -> Option<Timestamp> {
        self.optional(name, &takes::time, |v| values::time(&v))
    }

    /// One end of a period: a plain date or an RFC 3339 time.
    pub fn opt_bound(&mut self, name: &str) -> Option<Bound> {
        self.optional(name, &takes::bound, |v| values::bound(&v))
    }

    /// An object of any fields, kept as JSON text.
    pub fn object(&mut self, name: &str, limits: Limits) -> Json {
        self.required(name, &takes::object, |v| limits.check(&v)).map_or_else(|| Json("{}".to_owned()), Json)
    }

    /// The same where there is one.
    pub fn opt_object(&mut self, name: &str, limits: Limits) -> Option<Json> {
        self.optional(name, &takes::object, |v| limits.check(&v)).map(Json)
    }

    /// So many texts of such a length, none twice.
    pub fn list_of_text(
        &mut self,
        name: &str,
        count: RangeInclusive<usize>,
        length: RangeInclusive<usize>,
    ) -> Vec<String> {
        self.required(name, &|| takes::list(&count, &takes::line(&length)), |v| values::texts(v, &count, &length))
            .unwrap_or_default()
    }

    /// The same where there is one.
    pub fn opt_list_of_text(
        &mut self,
        name: &str,
        count: RangeInclusive<usize>,
        length: RangeInclusive<usize>,
    ) -> Option<Vec<String>> {
        self.optional(name, &|| takes::list(&count, &takes::line(&length)), |v| values::texts(v, &count, &length))
    }

    /// `None` where it is absent, `Some(None)` for `null`.
    pub fn patch_list(
        &mut self,
        name: &str,
        count: RangeInclusive<usize>,
        length: RangeInclusive<usize>,
    ) -> Option<Option<Vec<String>>> {
        self.patch(name, &|| takes::list(&count, &takes::line(&length)), |v| values::texts(v, &count, &length))
    }
}
