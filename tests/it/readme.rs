//! The README's walkthrough, run as it stands against a demo that was just started.

use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::support::at_root;

/// A demo of its own in a temporary folder; ended when dropped. Its stdout is kept open: it goes on printing.
struct Demo(Child, Lines<BufReader<ChildStdout>>);

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the demo and waits until it has said on stdout where to look.
fn start(folder: &Path) -> Demo {
    let mut child = Command::new(env!("CARGO_BIN_EXE_leadhouse"))
        .args(["demo", "--still", "--listen", "127.0.0.1:0"])
        .current_dir(folder)
        .env_clear()
        .env("RUST_LOG", "warn")
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("the demo starts");
    let lines = BufReader::new(child.stdout.take().expect("its stdout")).lines();
    let mut demo = Demo(child, lines);
    let ready = |line: &String| line.contains("http://127.0.0.1:");
    demo.1.by_ref().map_while(Result::ok).find(ready).expect("the demo says where to look");
    demo
}

/// The `sh` blocks of the walkthrough, in order.
fn walkthrough() -> String {
    let readme = fs::read_to_string(at_root("README.md")).expect("README.md");
    let part = readme.split_once("<!-- walkthrough -->").and_then(|(_, rest)| rest.split_once("<!-- /walkthrough -->"));
    let (part, _) = part.expect("the README has a walkthrough");
    part.split("```sh\n").skip(1).filter_map(|block| block.split("```").next()).collect()
}

#[test]
fn the_walkthrough_works_as_it_stands() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = start(folder.path());
    let shown = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &walkthrough()])
        .current_dir(folder.path())
        .output()
        .expect("bash runs");
    let (out, err) = (String::from_utf8_lossy(&shown.stdout), String::from_utf8_lossy(&shown.stderr));
    assert!(shown.status.success(), "{out}\n{err}");
    let told = ["assigned", "accepted", "rejected", "refunded"].map(|status| format!(r#""status": "{status}""#));
    let actions =
        ["lead.assigned", "lead.viewed", "lead.accepted", "lead.rejected", "lead.refunded"].map(str::to_owned);
    let reasons = [": taken", ": postal_code", r#""kind": "charge""#, r#""kind": "refund""#].map(str::to_owned);
    for told in told.iter().chain(&actions).chain(&reasons) {
        assert!(out.contains(told), "no {told} in:\n{out}\n{err}");
    }
    let told = fs::read_to_string(folder.path().join("leadhouse-demo/demo.json")).expect("demo.json");
    let told: Value = serde_json::from_str(&told).expect("demo.json is JSON");
    assert_eq!(told["providers"].as_array().map(Vec::len), Some(12));
    drop(demo);
}
