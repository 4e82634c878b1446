// A browser of text: no script, no Origin, no Sec-Fetch-Site, and no `Secure` cookie over plain HTTP.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Installation } from "./installation.js";
import { until } from "./until.js";

/** w3m at a terminal of its own. */
class W3m {
  #child;
  #home;
  #shown = "";

  static async opens(url) {
    const w3m = new W3m();
    w3m.#home = await mkdtemp(join(tmpdir(), "leadhouse-w3m."));
    const env = { PATH: process.env.PATH, HOME: w3m.#home, TERM: "vt100", LANG: "C.UTF-8" };
    const command = `stty rows 60 cols 120; exec w3m -cookie '${url}'`;
    w3m.#child = spawn("script", ["-qec", command, "/dev/null"], { env, stdio: ["pipe", "pipe", "inherit"] });
    w3m.#child.stdout.on("data", (data) => (w3m.#shown += data));
    process.once("exit", () => w3m.#child.kill("SIGKILL"));
    return w3m;
  }

  /** Waits until it has shown this since the last key. */
  shows(text) {
    return until(`${text} on the terminal`, async () => this.#plain().includes(text) || undefined);
  }

  /** Without what moves the cursor and sets the type. */
  #plain() {
    return this.#shown.replace(/\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b[=>78]/g, "");
  }

  types(keys) {
    this.#shown = "";
    this.#child.stdin.write(keys);
  }

  async closes() {
    const ended = new Promise((done) => this.#child.once("exit", done));
    if (this.#child.exitCode === null && this.#child.kill("SIGTERM")) await ended;
    await rm(this.#home, { recursive: true, force: true });
  }
}

describe("w3m", () => {
  let installation;
  before(async () => (installation = await Installation.opens()));
  after(() => installation?.closes());

  test("signs in by the form's token", async () => {
    const person = await installation.person();
    await installation.sends(person);
    const w3m = await W3m.opens(`${installation.url}/leads`);
    try {
      // From one field and button to the next by Tab; Enter writes into a field or presses a button.
      await w3m.shows("Send me a link");
      w3m.types("\t\r");
      await w3m.shows("TEXT:");
      w3m.types(`${person.email}\r`);
      await w3m.shows(person.email);
      w3m.types("\t\t\r");
      await w3m.shows("Password:");
      w3m.types(`${person.password}\r`);
      await w3m.shows("*****");
      w3m.types("\t\r");
      await w3m.shows("Ana Ruiz");
    } finally {
      await w3m.closes();
    }
  });
});
