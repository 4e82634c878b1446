//! Texts of statements made of parts: the conditions that are there, and rows of parameters.

use std::fmt::Write;

use super::value::Param;

/// Conditions joined by AND, each with its parameters numbered on. The parts are texts of ours, never input.
#[derive(Default)]
pub struct Conditions<'a> {
    sql: String,
    params: Vec<&'a dyn Param>,
}

impl<'a> Conditions<'a> {
    /// `left` and a parameter: `and("created_at <", &end)`.
    pub fn and(&mut self, left: &str, value: &'a dyn Param) {
        let number = self.bind(value);
        self.join();
        // Writing to a String cannot fail.
        let _ = write!(self.sql, "{left} ${number}");
    }

    /// The same where there is a value, else nothing.
    pub fn and_some<T: Param>(&mut self, left: &str, value: &'a Option<T>) {
        if let Some(value) = value {
            self.and(left, value);
        }
    }

    /// A condition without parameters of its own.
    pub fn and_text(&mut self, condition: &str) {
        self.join();
        self.sql.push_str(condition);
    }

    /// Adds a parameter and gives its number, for conditions that `and` cannot write and for LIMIT and OFFSET.
    pub fn bind(&mut self, value: &'a dyn Param) -> usize {
        self.params.push(value);
        self.params.len()
    }

    /// ` WHERE …`, or nothing.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The parameters, in the order of their numbers.
    pub fn params(&self) -> &[&'a dyn Param] {
        &self.params
    }

    fn join(&mut self) {
        self.sql.push_str(if self.sql.is_empty() { " WHERE " } else { " AND " });
    }
}

/// `($1, $2), ($3, $4)`: parameters for `rows` rows of `columns` columns.
pub fn tuples(rows: usize, columns: usize) -> String {
    let mut sql = String::new();
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { "), (" });
        for column in 0..columns {
            let comma = if column == 0 { "" } else { ", " };
            let _ = write!(sql, "{comma}${}", row * columns + column + 1);
        }
    }
    if rows > 0 {
        sql.push(')');
    }
    sql
}

/// ` UNION ALL SELECT $3, $4 UNION ALL SELECT …`: the same as the arms of a SELECT, whose first one has no rows and gives
/// the parameters their types. `before`: so many parameters stand before them.
pub fn arms(rows: usize, columns: usize, before: usize) -> String {
    let mut sql = String::new();
    for row in 0..rows {
        sql.push_str(" UNION ALL SELECT ");
        for column in 0..columns {
            let comma = if column == 0 { "" } else { ", " };
            let _ = write!(sql, "{comma}${}", before + row * columns + column + 1);
        }
    }
    sql
}

/// `$4`, `$5`, …: `count` parameters from number `first`.
pub fn numbered(first: usize, count: usize) -> Vec<String> {
    (first..first + count).map(|number| format!("${number}")).collect()
}

/// The most rows in one of [`slices`], and up to how many are never parted.
const MOST: usize = 64;
const FEW: usize = 8;

/// The things in their order, 64, 32 or 16 at a time, and up to 8 together: statements for however many rows have few texts,
/// which all fit in any cache of prepared statements.
pub fn slices<T>(things: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = things;
    std::iter::from_fn(move || {
        let whole = MOST.min(1 << rest.len().checked_ilog2()?);
        let size = if rest.len() <= FEW { rest.len() } else { whole };
        let (some, others) = rest.split_at_checked(size)?;
        rest = others;
        Some(some)
    })
}

#[cfg(test)]
mod tests {
    use super::{Conditions, arms, slices, tuples};

    #[test]
    fn any_number_comes_in_few_sizes() {
        let sizes = |count: usize| slices(&vec![0; count]).map(<[i32]>::len).collect::<Vec<_>>();
        assert_eq!(sizes(0), [0; 0]);
        assert_eq!((sizes(1), sizes(7), sizes(64)), (vec![1], vec![7], vec![64]));
        assert_eq!(sizes(151), [64, 64, 16, 7]);
    }

    #[test]
    fn only_the_conditions_that_are_there() {
        let (one, none, limit) = (Some(1_i64), None::<i64>, 25_i64);
        let mut conditions = Conditions::default();
        conditions.and_some("a =", &one);
        conditions.and_some("b =", &none);
        conditions.and_text("c IS NULL");
        conditions.and("d <", &limit);
        assert_eq!(conditions.sql(), " WHERE a = $1 AND c IS NULL AND d < $2");
        assert_eq!(conditions.bind(&limit), 3);
        assert_eq!(Conditions::default().sql(), "");
    }

    #[test]
    fn rows_of_parameters() {
        assert_eq!(tuples(2, 3), "($1, $2, $3), ($4, $5, $6)");
        assert_eq!(tuples(1, 1), "($1)");
        assert_eq!(tuples(0, 3), "");
    }

    #[test]
    fn arms_are_numbered_on() {
        assert_eq!(arms(2, 2, 1), " UNION ALL SELECT $2, $3 UNION ALL SELECT $4, $5");
    }

    #[test]
    fn slices_hold_all_in_order() {
        let rows: Vec<usize> = (0..300).collect();
        for n in 0..rows.len() {
            assert_eq!(slices(&rows[..n]).flatten().copied().collect::<Vec<_>>(), rows[..n]);
        }
    }
}
