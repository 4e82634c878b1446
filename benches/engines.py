"""The two engines as `benches/load` sees them: start, ask, copy, count CPU time, and run the work without HTTP."""

import json
import os
import pathlib
import pwd
import re
import shutil
import socket
import sqlite3
import subprocess
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run_quietly(command, env=None):
    done = subprocess.run(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stderr}")


def build_binary():
    subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    return str(pathlib.Path(target) / "release" / "leadhouse")


def stat(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return {"parent": int(fields[1]), "own": int(fields[11]) + int(fields[12]), "waited": int(fields[13]) + int(fields[14])}


def cpu_of(pid):
    """CPU-seconds of one process, all its threads."""
    return stat(pid)["own"] / TICKS


def status_kib(pid, name):
    found = re.search(rf"^{name}:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M)
    return int(found[1]) if found else 0


def store_bench(url, names, market, seconds):
    """requests/s of the store functions, by scenario."""
    command = ["cargo", "bench", "--locked", "--quiet", "--bench", "store", "--", "--database-url", url, "--targets",
               str(market.folder), "--seconds", str(seconds), "--only", ",".join(names)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"the store bench failed:\n{done.stdout}\n{done.stderr}")
    results = [json.loads(line.removeprefix("RESULT ")) for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    return {r["name"]: r["rate"] for r in results}


def fill(sql, words):
    """Replaces `{word:what}` by the engine's own words."""
    return re.sub(r"\{(\w+):([^}]+)\}", lambda m: words[m[1]](m[2]), sql)


class Sqlite:
    separate = False

    def __init__(self, scratch):
        self.file = scratch / "load.db"
        self.url = f"sqlite://{self.file}"

    def query(self, sql):
        words = {"id": str, "lit": lambda u: f"X'{uuid.UUID(u).hex}'", "hash": lambda c: f"substr({c}, 12, 5)",
                 "time": lambda c: f"strftime('%Y-%m-%dT%H:%M:%SZ', {c} / 1000000, 'unixepoch')"}
        with sqlite3.connect(self.file) as db:
            rows = db.execute(fill(sql, words)).fetchall()
        db.close()
        return [tuple(str(uuid.UUID(bytes=v)) if isinstance(v, bytes) else str(v) for v in row) for row in rows]

    def cpu(self):
        return 0.0

    def processes(self):
        return []

    def keep_copy(self):
        with sqlite3.connect(self.file) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        shutil.copy(self.file, self.file.with_suffix(".copy"))

    def back_to_copy(self):
        for suffix in ["-wal", "-shm"]:
            pathlib.Path(f"{self.file}{suffix}").unlink(missing_ok=True)
        os.replace(self.file.with_suffix(".copy"), self.file)

    def limits(self, names, market, binary, arguments, server, api, say):
        say("the store functions without HTTP …")
        return store_bench(self.url, names, market, arguments.seconds)

    def stop(self):
        pass


class Postgres:
    separate = True

    def __init__(self, scratch):
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
        if not found:
            raise SystemExit("no PostgreSQL server found (Debian: apt-get install postgresql)")
        self.bin, self.port, self.data, self.scratch = found[-1], free_port(), scratch / "pg", scratch
        self.log = self.data / "log"
        self.data.mkdir()
        if os.getuid() == 0:
            postgres = pwd.getpwnam("postgres")
            os.chown(self.data, postgres.pw_uid, postgres.pw_gid)
        self.server_tool("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        options = (f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories={self.data} "
                   "-c shared_buffers=1GB -c max_wal_size=8GB -c timezone=UTC -c log_line_prefix='%p|%a|'")
        self.server_tool("pg_ctl", "-D", self.data, "-l", self.log, "-w", "-o", options, "start")
        self.sql("postgres", "CREATE DATABASE load")
        self.base = f"postgres://postgres@127.0.0.1:{self.port}"
        self.url = f"{self.base}/load"

    def server_tool(self, tool, *arguments):
        # PostgreSQL refuses to run as root.
        become = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        subprocess.run([*become, str(self.bin / tool), *map(str, arguments)], check=True, cwd="/", stdout=subprocess.DEVNULL)

    def sql(self, database, statement):
        command = ["psql", "-XAtq", "-F", "\x1f", "-R", "\x1e", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p",
                   str(self.port), "-U", "postgres", "-d", database, "-c", statement]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{statement}: {done.stderr}")
        text = done.stdout.removesuffix("\n")
        return [tuple(row.split("\x1f")) for row in text.split("\x1e")] if text else []

    def query(self, sql):
        words = {"id": str, "lit": lambda u: f"'{u}'", "hash": lambda c: f"md5({c}::text)",
                 "time": lambda c: f"to_char({c} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"}
        return self.sql("load", fill(sql, words))

    def cpu(self):
        """CPU-seconds of the postmaster, of every backend, and of those that have ended."""
        master = int((self.data / "postmaster.pid").read_text().split()[0])
        total = stat(master)["waited"]
        for pid in self.processes():
            try:
                total += stat(pid)["own"]
            except (FileNotFoundError, ProcessLookupError):
                continue
        return total / TICKS

    def processes(self):
        """The postmaster's id and those of all its children."""
        master = int((self.data / "postmaster.pid").read_text().split()[0])
        found = [master]
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if stat(entry.name)["parent"] == master:
                    found.append(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
        return found

    def keep_copy(self):
        self.sql("load", "VACUUM ANALYZE")
        self.sql("postgres", "CREATE DATABASE load_copy TEMPLATE load")
        self.sql("postgres", "CHECKPOINT")

    def back_to_copy(self):
        self.sql("postgres", "DROP DATABASE load WITH (FORCE)")
        self.sql("postgres", "ALTER DATABASE load_copy RENAME TO load")
        self.sql("postgres", "CHECKPOINT")

    def limits(self, names, market, binary, arguments, server, api, say):
        from replay import Replay
        limits = {}
        if "intake" in names:
            say("the store functions without HTTP: intake …")
            limits |= store_bench(self.url, ["intake"], market, arguments.seconds)
        running = server(binary, self.url, self.scratch, "--no-worker")
        replay = Replay(self, market, running, arguments.seconds)
        try:
            for name in (n for n in names if n != "intake"):
                say(f"pgbench: {name} …")
                limits[name] = replay.rate(name)
        finally:
            running.stop()
        return limits

    def stop(self):
        self.server_tool("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")


def make(name, scratch):
    return Sqlite(scratch) if name == "sqlite" else Postgres(scratch)
