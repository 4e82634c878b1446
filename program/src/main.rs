//! The program `leadhouse`: the commands of the product, and those that make data for a demo and for load tests.

use std::process::ExitCode;

use clap::Subcommand;
use leadhouse::cli::{self, Commands, Outcome};
use leadhouse::config::Settings;
use leadhouse_demo::{demo, seed};
use mimalloc::MiMalloc;

/// An answer is made of many small allocations: the system's allocator took an eighth of the CPU of an inbox.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

// The help counts the commands from here on, and not the settings before them.
#[derive(Debug, Subcommand)]
#[command(next_display_order = 0)]
enum Command {
    /// The whole system on an embedded database with believable data
    ///
    /// Prints where to look and how to sign in, and writes DATA/demo.json. Started again, it finds its data and goes on.
    /// The settings of the database do not count here.
    Demo(demo::Args),
    #[command(flatten)]
    Product(cli::Command),
    /// Synthetic data for load tests, in a database that holds no providers yet
    ///
    /// The same seed makes the same data. The first provider holds 10 % of all assignments, the second 2 %, the rest equal
    /// shares. People: admin@seed.example, provider1@seed.example, …; `leadhouse token create --user` gives them tokens.
    /// Each niche has a source of format json.
    // So it stands behind `move`, the sixth after `demo`.
    #[command(display_order = 6)]
    Seed(seed::Args),
}

impl Commands for Command {
    fn shows(command: &str, setting: &str) -> Option<bool> {
        match command {
            "demo" => Some(demo::shows(setting)),
            "seed" => Some(seed::shows(setting)),
            _ => cli::Command::shows(command, setting),
        }
    }

    async fn run(self, settings: Settings) -> Outcome {
        match self {
            Self::Demo(args) => Box::pin(demo::run(settings, args)).await,
            Self::Product(command) => command.run(settings).await,
            Self::Seed(args) => seed::run(settings, args).await,
        }
    }
}

fn main() -> ExitCode {
    cli::main::<Command>()
}
