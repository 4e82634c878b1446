//! The program is killed under load, and ended in order.

use crate::support::load::{Load, market};
use crate::support::program::Program;

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_it_has_all_that_it_answered_for() {
    let program = Program::on_a_migrated_database().await;
    let flags = ["--rate-limits", "off"];
    let mut serving = program.serves(&flags);
    let address = serving.address();
    let load = Load::start(&address, &market(&program, &address));
    for leads in [1, 17, 5, 40, 2, 11] {
        load.goes_on_for(leads);
        serving.kill();
        serving = program.serves(&flags);
        load.goes_to(&serving.address());
    }
    load.goes_on_for(10);
    // In order, with requests under way: those are answered, or never begun.
    assert_eq!(serving.ends_on_sigterm(), Some(0));
    let mut serving = program.serves(&flags);
    load.goes_to(&serving.address());
    load.all_is_there(&program).await;
    assert_eq!(serving.ends_on_sigterm(), Some(0));
}
