//! Parameters of statements over lists of things.

use units::Param;

/// The parameters of a statement: one by itself, then things of one kind.
pub fn all_of<'a, P: Param>(now: &'a dyn Param, things: &'a [P]) -> Vec<&'a dyn Param> {
    let mut params: Vec<&dyn Param> = vec![now];
    params.extend(things.iter().map(|thing| -> &dyn Param { thing }));
    params
}
