// WebKit (what Safari is made of), by Debian's WebKitWebDriver: plain W3C WebDriver over HTTP, on a screen of its own.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { until } from "./until.js";

/** Where WebDriver keeps an element's id. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const BROWSERS = ["4.1", "6.0", "4.0"].map((version) => `/usr/lib/x86_64-linux-gnu/webkit2gtk-${version}/MiniBrowser`);

export class WebKit {
  #children = [];
  #session;

  static async opens() {
    const webkit = new WebKit();
    try {
      await webkit.#starts();
    } catch (error) {
      await webkit.closes();
      throw error;
    }
    return webkit;
  }

  async #starts() {
    const screen = this.#runs("Xvfb", ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], {});
    const display = await new Promise((done, fail) => {
      screen.once("error", fail);
      screen.once("exit", (code) => fail(new Error(`Xvfb ended with ${code}`)));
      screen.stdout.once("data", (data) => done(`:${String(data).trim()}`));
    });
    const port = await freePort();
    this.driver = `http://127.0.0.1:${port}`;
    const quiet = { DISPLAY: display, NO_AT_BRIDGE: "1", GDK_BACKEND: "x11", WEBKIT_DISABLE_COMPOSITING_MODE: "1" };
    this.#runs("WebKitWebDriver", [`--port=${port}`], quiet);
    await until("WebKitWebDriver", () => fetch(`${this.driver}/status`).then((answer) => answer.ok, () => undefined));
    const binary = process.env.WEBKIT ?? BROWSERS.find((path) => existsSync(path));
    const options = { binary, args: ["--automation"] };
    const made = await this.#asks("POST", "/session", { capabilities: { alwaysMatch: { "webkitgtk:browserOptions": options } } });
    this.#session = `/session/${made.sessionId}`;
  }

  #runs(command, args, env) {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "ignore"] });
    process.once("exit", () => child.kill("SIGKILL"));
    this.#children.push(child);
    return child;
  }

  async closes() {
    if (this.#session) await this.#asks("DELETE", this.#session).catch(() => {});
    for (const child of this.#children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null || !child.pid) continue;
      const ended = new Promise((done) => child.once("exit", done));
      if (child.kill("SIGTERM")) await ended;
    }
  }

  async #asks(method, path, body) {
    const answer = await fetch(this.driver + path, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error} ${value.message}`);
    return value;
  }

  opens(url) {
    return this.#asks("POST", `${this.#session}/url`, { url });
  }

  url() {
    return this.#asks("GET", `${this.#session}/url`);
  }

  async #element(selector) {
    const found = await this.#asks("POST", `${this.#session}/element`, { using: "css selector", value: selector });
    return `${this.#session}/element/${found[ELEMENT]}`;
  }

  async writes(selector, text) {
    await this.#asks("POST", `${await this.#element(selector)}/value`, { text });
  }

  async presses(selector) {
    await this.#asks("POST", `${await this.#element(selector)}/click`, {});
  }

  /** Waits until the page says this. */
  reads(text) {
    return until(`a page that says ${text}`, async () => {
      const script = "return document.querySelector('main')?.innerText ?? ''";
      const said = await this.#asks("POST", `${this.#session}/execute/sync`, { script, args: [] }).catch(() => "");
      return said.includes(text) || undefined;
    });
  }

  /** The cookies that it keeps of this site. */
  async cookies() {
    return (await this.#asks("GET", `${this.#session}/cookie`)).map((cookie) => cookie.name).sort();
  }
}

function freePort() {
  return new Promise((done, fail) => {
    const server = createServer().once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
