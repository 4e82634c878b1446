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

/// With so many senders leads wait, and are sold in sets: the kill comes at any call of the thread that sells them.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs strace: ./test brings it"]
async fn killed_in_the_middle_of_a_set_it_has_sold_all_of_it_or_nothing() {
    let program = Program::on_a_migrated_database().await;
    let mut serving = program.serves(&["--rate-limits", "off"]);
    let address = serving.address();
    let load = Load::of(24, &address, &market(&program, &address));
    load.goes_on_for(30);
    serving.kill();
    for (calls, at) in
        [("pwrite64,sendto", 151), ("pwrite64,sendto", 212), ("fdatasync,recvfrom", 90), ("pwrite64,sendto", 273)]
    {
        let (trace, inject) = (format!("trace={calls}"), format!("inject={calls}:signal=SIGKILL:when={at}"));
        let strace = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject];
        let mut killed = program.serves_by(&strace, &["--rate-limits", "off"]);
        load.goes_to(&killed.address());
        load.meets(0, 24);
        killed.kill();
        let mut serving = program.serves(&["--rate-limits", "off"]);
        load.goes_to(&serving.address());
        load.goes_on_for(30);
        serving.kill();
    }
    let mut serving = program.serves(&["--rate-limits", "off"]);
    load.goes_to(&serving.address());
    load.goes_on_for(24);
    load.all_is_there(&program).await;
    assert_eq!(serving.ends_on_sigterm(), Some(0));
}
