"""Records the statements the server sends for a request from PostgreSQL's own log, and replays them with pgbench.

So the limit is measured on the very statements in use, and no copy of them has to be kept in step.
"""

import re
import subprocess
import time
import urllib.error
import urllib.request

SAMPLES = 8
UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
# What the server sets on its own connections (src/db/postgres).
SESSION = "-c plan_cache_mode=force_generic_plan -c enable_bitmapscan=off -c jit=off -c timezone=UTC"


class Replay:
    def __init__(self, engine, market, server, seconds):
        self.engine, self.market, self.server, self.seconds = engine, market, server, seconds

    def rate(self, name):
        """Transactions a second of 16 pgbench clients doing what one request of this scenario does."""
        if name == "worn":
            self.wear()
            name = "big"
        lines = (self.market.folder / f"{name}.wrk").read_text().split("\n")[:-1]
        method = "POST" if name == "accept" else "GET"
        sample = [line.split(" ") for line in lines[:SAMPLES if method == "GET" else 1]]
        scripts, defines = [], []
        for number, (path, token) in enumerate(sample):
            text, values = self.script(number, self.record(method, path, token), method == "POST")
            script = self.market.folder / f"replay-{name}-{number}.sql"
            script.write_text(text)
            scripts += ["-f", str(script)]
            defines += [f"-D{key}={value}" for key, value in values.items()]
        return self.pgbench(scripts, defines)

    def ask(self, method, path, token):
        request = urllib.request.Request(self.server.url + path, headers={"Authorization": f"Bearer {token}"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                answer.read()
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()}")

    def log_statements(self, on):
        self.engine.sql("postgres", f"ALTER SYSTEM SET log_min_duration_statement = {0 if on else -1}")
        self.engine.sql("postgres", "SELECT pg_reload_conf()")
        time.sleep(0.3)  # idle backends read their settings when the signal reaches them

    def record(self, method, path, token):
        """The statements of one request, in order: (text, parameters)."""
        self.log_statements(True)
        # So that identity and prepared statements are there already, as they are under load.
        self.ask("GET", path if method == "GET" else "/api/v1/provider/me", token)
        time.sleep(0.1)
        before = self.engine.log.stat().st_size
        self.ask(method, path, token)
        time.sleep(0.1)
        with open(self.engine.log) as log:
            log.seek(before)
            entries = re.split(r"^(?=\d+\|)", log.read(), flags=re.M)
        self.log_statements(False)
        statements, executed = [], False
        for entry in entries:
            head = re.match(r"\d+\|([^|]*)\|(\w+):  (.*)", entry, re.S)
            if not head or head[1] == "psql":
                continue
            text = head[3].replace("\n\t", "\n").strip()
            said = re.match(r"duration: [\d.]+ ms  (?:execute [^:]*|statement): (.*)", text, re.S)
            if head[2] == "LOG":
                # A bind is logged with its parameters too, before the execute of the same statement.
                executed = said is not None
                if executed:
                    statements.append([said[1], {}])
            elif head[2] == "DETAIL" and text.startswith("parameters: ") and executed:
                statements[-1][1] = parameters(text.removeprefix("parameters: "))
        if not statements:
            raise SystemExit(f"PostgreSQL logged nothing for {method} {path}")
        return statements

    def script(self, number, statements, once):
        """A pgbench script; with `once`, each run takes the next fresh target instead of the recorded one."""
        known = self.targets(statements) if once else {}
        lines, values = [], {}
        if once:
            columns = ", ".join(["lead", "provider", "assignment", *sorted(set(known.values()) - {"lead", "provider", "assignment"})])
            lines.append(f"SELECT {columns} FROM bench_targets WHERE n = (SELECT nextval('bench_next')) \\gset")
        for index, (text, given) in enumerate(statements):
            def variable(match):
                value = given.get(int(match[1]))
                if value is None:
                    return "NULL"
                if value in known:
                    return f":{known[value]}"
                key = f"v{number}_{index}_{match[1]}"
                values[key] = value
                return f":{key}"
            lines.append(re.sub(r"\$(\d+)", variable, " ".join(text.split())).rstrip(";") + ";")
        return "\n".join(lines) + "\n", values

    def targets(self, statements):
        """Makes the table of fresh targets; tells which recorded values are to come from it, and from which column."""
        lines = (self.market.folder / "accept.store").read_text().split()
        pairs = list(zip(lines[::2], lines[1::2]))[1:]
        recorded = [value for _, given in statements for value in given.values() if value and UUID.match(value)]
        provider, lead = lines[0], lines[1]
        row = self.engine.sql("load", f"SELECT id FROM lead_assignments WHERE provider_id = '{provider}' AND lead_id = '{lead}'")
        known = {provider: "provider", lead: "lead", row[0][0]: "assignment"}
        fresh = [v for v in dict.fromkeys(recorded) if v not in known]
        columns = "".join(f", f{i} uuid" for i in range(len(fresh)))
        self.engine.sql("load", "DROP TABLE IF EXISTS bench_targets; DROP SEQUENCE IF EXISTS bench_next; "
                        f"CREATE SEQUENCE bench_next CACHE 1; CREATE TABLE bench_targets (n bigint PRIMARY KEY, provider uuid, "
                        f"lead uuid, assignment uuid{columns})")
        # Ids that grow, as the server's own do.
        made = "".join(f", (lpad(to_hex(x'0ffffffff000'::bigint + n), 12, '0') || '7{i:03d}8000' || lpad(to_hex(n), 12, '0'))::uuid"
                       for i in range(len(fresh)))
        copy = self.market.folder / "pairs.tsv"
        copy.write_text("".join(f"{n}\t{p}\t{l}\n" for n, (p, l) in enumerate(pairs, 1)))
        self.engine.sql("load", "DROP TABLE IF EXISTS bench_pairs; CREATE TABLE bench_pairs (n bigint, provider uuid, lead uuid)")
        self.engine.sql("load", f"\\copy bench_pairs FROM '{copy}'")
        self.engine.sql("load", f"INSERT INTO bench_targets SELECT n, provider, lead, a.id{made} FROM bench_pairs "
                        "JOIN lead_assignments a ON a.provider_id = provider AND a.lead_id = lead")
        self.engine.sql("load", "ANALYZE bench_targets")
        return known | {value: f"f{i}" for i, value in enumerate(fresh)}

    def wear(self):
        from load_wrk import wrk
        wrk(self.server.url, "accept", self.market.folder / "wear.wrk", 60)

    def pgbench(self, scripts, defines):
        command = [str(self.engine.bin / "pgbench"), "-n", "-M", "prepared", "-c", "16", "-j", "2", "-T", str(self.seconds),
                   *defines, *scripts, "-h", "127.0.0.1", "-p", str(self.engine.port), "-U", "postgres", "load"]
        done = subprocess.run(command, capture_output=True, text=True, env={"PGOPTIONS": SESSION, "PATH": "/usr/bin:/bin"})
        found = re.search(r"^tps = ([\d.]+)", done.stdout, re.M)
        if not found or "aborted" in done.stderr:
            raise SystemExit(f"pgbench failed:\n{done.stdout}\n{done.stderr}")
        return float(found[1])


def parameters(text):
    """`$1 = 'a', $2 = NULL` as a dictionary; quotes inside are doubled."""
    found = {}
    for match in re.finditer(r"\$(\d+) = (NULL|'((?:[^']|'')*)')", text):
        found[int(match[1])] = None if match[2] == "NULL" else match[3].replace("''", "'")
    return found
