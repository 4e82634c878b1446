//! The command line; everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    // One TLS provider for all that speaks TLS, before anything does. Only a second call could fail.
    let _first = rustls::crypto::aws_lc_rs::default_provider().install_default();
    leadhouse::cli::main()
}
