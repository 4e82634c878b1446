// Somebody with a browser. Every page that is come to is looked at: its status, axe in both colour schemes, what the console
// and the policy say, where requests go, how heavy it is, whether it fits the screen.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What a page may weigh over the wire, with all it needs and headers, when nothing is kept yet. */
const MOST_BYTES = 50_000;

/** Debian's browser; a sandbox is not to be had for root. */
export function browser() {
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args });
}

export class Visitor {
  #house;
  #script;
  #twin;
  #bytes = 0;
  #wrong = [];
  #document;
  /** Path and bytes of each page that was looked at. */
  weights = [];

  static async comes(browser, house, { width = 1280, script = true, scheme = "light", scale = 1 } = {}) {
    const visitor = new Visitor();
    visitor.#house = house;
    visitor.#script = script;
    const viewport = { width, height: width < 640 ? 844 : 900 };
    const options = { viewport, colorScheme: scheme, deviceScaleFactor: scale, reducedMotion: "reduce", timezoneId: "America/Denver" };
    visitor.context = await browser.newContext({ ...options, javaScriptEnabled: script });
    visitor.page = await visitor.context.newPage();
    if (!script) visitor.#twin = await visitor.#twinOf(browser, options);
    await visitor.#listens();
    return visitor;
  }

  async leaves() {
    await this.context.close();
    await this.#twin?.context().close();
  }

  /** By its address. */
  opens(path, status = 200) {
    return this.#goes(() => this.page.goto(this.#house.url + path), status);
  }

  /** By a link or a button that leads to another page. */
  presses(role, name, { status = 200, within = this.page } = {}) {
    return this.#goes(() => within.getByRole(role, { name }).click(), status);
  }

  /** What comes down when a button is pressed: its name and its bytes. */
  async fetches(role, name) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.page.getByRole(role, { name }).click()]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  }

  /** The path of the page. */
  get at() {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }

  heading() {
    return this.page.getByRole("heading", { level: 1 }).innerText();
  }

  async #goes(go, status) {
    this.#bytes = 0;
    await Promise.all([this.page.waitForEvent("load"), go()]);
    assert.equal(this.#document.status(), status, `${this.at}: ${await this.page.title()}`);
    await this.looks();
  }

  /** Looks at the page as it stands. */
  async looks() {
    const place = `${this.at} (${await this.page.title()})`;
    this.weights.push({ path: this.at, bytes: this.#bytes });
    if (this.#bytes > MOST_BYTES) this.#wrong.push(`weighs ${this.#bytes} bytes`);
    const over = await this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) this.#wrong.push(`is ${over} px too wide`);
    const page = await this.#withScript();
    for (const colorScheme of ["dark", "light"]) {
      await page.emulateMedia({ colorScheme });
      for (const { id, nodes } of await violations(page)) {
        const where = nodes.map((node) => `${node.target.join(" ")} (${node.failureSummary.replace(/\s+/g, " ")})`);
        this.#wrong.push(`axe, ${colorScheme}: ${id} at ${where.join("; ")}`);
      }
    }
    const wrong = this.#wrong.splice(0);
    assert.deepEqual(wrong, [], `${place} is not as it should be`);
  }

  /** A page that axe can run in: this one, or where script is off, one that shows the same. */
  async #withScript() {
    if (this.#script) return this.page;
    const [html, url] = [await this.page.content(), this.page.url()];
    await this.#twin.unroute("**/*");
    await this.#twin.route("**/*", (route) => {
      const type = route.request().resourceType();
      if (type === "document") return route.fulfill({ body: html, contentType: "text/html; charset=utf-8" });
      return type === "script" ? route.abort() : route.continue();
    });
    await this.#twin.goto(url);
    return this.#twin;
  }

  async #twinOf(browser, options) {
    const context = await browser.newContext(options);
    return context.newPage();
  }

  async #listens() {
    const page = this.page;
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== this.#house.url) this.#wrong.push(`asked for ${request.url()}`);
    });
    page.on("response", (response) => {
      const request = response.request();
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) this.#document = response;
      else if (response.status() >= 400) this.#wrong.push(`${request.url()} answered ${response.status()}`);
    });
    page.on("pageerror", (error) => this.#wrong.push(`script: ${error}`));
    page.on("console", (message) => {
      // That the page itself is an error is known.
      const itself = message.text().startsWith("Failed to load resource") && message.location().url === this.#document?.url();
      if (["error", "warning"].includes(message.type()) && !itself) this.#wrong.push(`console: ${message.text()}`);
    });
    const wire = await this.context.newCDPSession(page);
    wire.on("Network.loadingFinished", ({ encodedDataLength }) => (this.#bytes += encodedDataLength));
    wire.on("Audits.issueAdded", ({ issue }) => {
      if (issue.code === "ContentSecurityPolicyIssue") this.#wrong.push(`policy: ${JSON.stringify(issue.details)}`);
    });
    await wire.send("Network.enable");
    await wire.send("Network.setCacheDisabled", { cacheDisabled: true });
    await wire.send("Audits.enable");
  }
}

async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run());
  return found.violations;
}
