//! What is searched for, as it is meant.

use std::borrow::Cow;

use crate::assignments::{Filter, Search};
use crate::db::Read;
use crate::error::Result;
use crate::intake;

/// The filter as it is meant: a phone number may be written as in any country that leads come from.
pub(super) fn meant<'a>(read: &mut Read, filter: &'a Filter) -> Result<Cow<'a, Filter>> {
    let Some(asked) = filter.search.as_ref().filter(|search| search.may_be_a_number()) else {
        return Ok(Cow::Borrowed(filter));
    };
    let search = Search::meant(asked.text(), &intake::countries(read)?);
    Ok(Cow::Owned(Filter { search, ..filter.clone() }))
}
