//! `leadhouse openapi`: the document of the API, made from the code.

use std::process::ExitCode;

use super::{Failure, Outcome, print};
use crate::server;

pub fn run() -> Outcome {
    let document = serde_json::to_string_pretty(&server::openapi()).map_err(|error| Failure::new(error.to_string()))?;
    print(&document)?;
    Ok(ExitCode::SUCCESS)
}
