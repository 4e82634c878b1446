"""Runs wrk with benches/wrk.lua and reads what it says."""

import json
import pathlib
import subprocess

CONNECTIONS = 16
SCRIPT = pathlib.Path(__file__).resolve().parent / "wrk.lua"


def wrk(url, mode, targets, seconds):
    command = ["wrk", f"-t{min(2, CONNECTIONS)}", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT), url, "--", mode,
               str(targets), "2"]
    out = subprocess.run(command, capture_output=True, text=True)
    found = [line for line in out.stdout.splitlines() if line.startswith("RESULT ")]
    if not found:
        raise SystemExit(f"wrk said nothing:\n{out.stdout}\n{out.stderr}")
    return json.loads(found[-1].removeprefix("RESULT "))
