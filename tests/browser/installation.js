// An installation of its own for one run: the real program on a free port, with data that go away afterwards; and the operator's
// hands, to make people and send them leads.

import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { until } from "./until.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const program = process.env.LEADHOUSE ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug", "leadhouse");

/** A demo that is running. */
export class Installation {
  #child;
  #data;
  #keys;
  #made = 0;

  /** Starts it, with these settings; ready when it says where it is. Nothing comes in by itself. */
  static async opens(settings = {}) {
    const installation = new Installation();
    installation.#data = await mkdtemp(join(tmpdir(), "leadhouse-browser."));
    const still = spawnSync(program, ["demo", "--help"], { encoding: "utf8" }).stdout?.includes("--still") ? ["--still"] : [];
    const env = { PATH: process.env.PATH, LISTEN: "127.0.0.1:0", RUST_LOG: "warn", RATE_LIMITS: "off", ...settings };
    const child = spawn(program, ["demo", "--data", installation.#data, ...still], { env, stdio: ["ignore", "pipe", "inherit"] });
    installation.#child = child;
    process.once("exit", () => {
      child.kill("SIGKILL");
      rmSync(installation.#data, { recursive: true, force: true });
    });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(130));
    const gone = new Promise((_, fail) => {
      child.once("error", fail);
      child.once("exit", (code) => fail(new Error(`${program} ended with ${code} before it was ready`)));
    });
    gone.catch(() => {});
    const ready = new Promise((done) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        const url = line.match(/^Leadhouse is at (http\S+?);/)?.[1];
        if (url) done(url);
      });
    });
    installation.url = await Promise.race([ready, gone]);
    installation.#keys = JSON.parse(await readFile(join(installation.#data, "demo.json"), "utf8"));
    return installation;
  }

  /** Ends it and takes its data away. */
  async closes() {
    const ended = new Promise((done) => this.#child.once("exit", done));
    if (this.#child.exitCode === null && this.#child.kill("SIGTERM")) await ended;
    await rm(this.#data, { recursive: true, force: true });
  }

  /** A provider of the demo, with sixty days behind it. */
  get regular() {
    return this.#keys.providers[0];
  }

  /** Who runs the marketplace. */
  get operator() {
    return this.#keys.admin;
  }

  /** A call of the API; throws where it is refused. */
  async calls(method, path, body, token = this.#keys.admin.token) {
    const headers = { authorization: `Bearer ${token}`, "idempotency-key": randomUUID() };
    if (body) headers["content-type"] = "application/json";
    const [status, text] = await asked(this.url + path, { method, headers }, body && JSON.stringify(body));
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** A new provider with a niche of its own, credit for a lead of 48 or more, a password and a token. */
  async person({ credit = 1000 } = {}) {
    const name = `Acme Roofing ${(this.#made += 1)}`;
    const [email, password] = [`acme${this.#made}@example.org`, `a long password ${randomUUID()}`];
    const niche = await this.calls("POST", "/api/v1/admin/niches", { name: `Roofs ${this.#made}` });
    const level = await this.calls("POST", "/api/v1/admin/competition-levels", { name: `Shared ${this.#made}`, max_providers: 3 });
    const provider = await this.calls("POST", "/api/v1/admin/providers", { name, email, timezone: "America/Denver" });
    const of = `/api/v1/admin/providers/${provider.id}`;
    await this.calls("POST", `${of}/credits`, { amount: credit });
    await this.calls("POST", `${of}/subscriptions`, { niche_id: niche.id, competition_level_id: level.id, price: 48 });
    const source = await this.calls("POST", "/api/v1/admin/sources", { name: `${name}'s form`, niche_id: niche.id, format: "json" });
    const token = await this.calls("POST", `${of}/tokens`, {});
    this.#runs(["user", "add", "--email", email, "--role", "provider", "--provider", provider.id, "--password-stdin"], password);
    return { id: provider.id, name, email, password, token: token.token, key: source.key };
  }

  /** Somebody asks, and the lead reaches this person; the lead's id. */
  async sends(person, members = {}) {
    const n = (this.#made += 1);
    const lead = {
      contact_name: "Ana Ruiz",
      contact_email: `ana.ruiz.${n}@example.org`,
      contact_phone: `+1303${5550000 + n}`,
      postal_code: "80203",
      form_data: { project_type: "Repair a leak", stories: "2", when: "This week" },
      ...members,
    };
    const sent = await this.calls("POST", `/api/v1/intake/${person.key}`, lead);
    if (sent.status !== "assigned") throw new Error(`the lead is ${JSON.stringify(sent)}`);
    return sent.lead_id;
  }

  /** The first link to such a path in a mail to this address; waits until it is there. `but`: links that were seen already. */
  async mailed(email, path, but = []) {
    const folder = join(this.#data, "mail");
    return until(`a mail to ${email} with a link to ${path}`, async () => {
      const files = await readdir(folder).catch(() => []);
      for (const file of files.filter((file) => file.endsWith(".eml"))) {
        const text = plain(await readFile(join(folder, file), "utf8").catch(() => ""));
        if (!text.includes(`To: ${email}`)) continue;
        const link = text.match(new RegExp(`${this.url}(${path}[^\\s>"]*)`))?.[1];
        if (link && !but.includes(link)) return link;
      }
      return undefined;
    });
  }

  /** The program on this installation's database. */
  #runs(args, input) {
    const env = { PATH: process.env.PATH, DATABASE_URL: `sqlite://${join(this.#data, "leadhouse.db")}`, RUST_LOG: "warn" };
    const ran = spawnSync(program, args, { env, input: `${input}\n`, encoding: "utf8" });
    if (ran.status !== 0) throw new Error(`${args.join(" ")}: ${ran.stderr}`);
  }
}

/** Status and text of an answer, over a connection of its own: one that is kept may be closed while it waits. */
function asked(url, options, body = "") {
  return new Promise((done, fail) => {
    const call = request(url, { ...options, agent: false }, async (answer) => {
      try {
        const parts = await answer.toArray();
        done([answer.statusCode, Buffer.concat(parts).toString()]);
      } catch (error) {
        fail(error);
      }
    });
    call.once("error", fail);
    call.end(body);
  });
}

/** A mail without its quoted-printable. */
function plain(mail) {
  return mail.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
}
