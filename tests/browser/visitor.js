// Somebody with a browser. Every page that is come to is looked at: its status, axe in both colour schemes, what the console
// and the policy say, where requests go, how heavy it is, whether it fits the screen.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What a page may weigh over the wire, with all it needs and headers, when nothing is kept yet. */
const MOST_BYTES = 50_000;

/** From the smallest phone to a wide desk: a tablet, a laptop at 125 % and 200 % zoom are between. */
export const WIDTHS = [320, 390, 640, 768, 1024, 1100, 1280, 1920];

/** Pages that nothing is wrong with. */
const seen = new Set();

/** Debian's browser; a sandbox is not to be had for root. */
export function browser() {
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  // With the scrollbars that people see.
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args, ignoreDefaultArgs: ["--hide-scrollbars"] });
}

export class Visitor {
  #installation;
  #script;
  #critical;
  #twin;
  #bytes = 0;
  #wrong = [];
  #document;
  /** Both, the visitor's own last. */
  #schemes;
  /** Path and bytes of each page that was looked at. */
  weights = [];

  /** `critical`: whether every page is looked at. */
  static async comes(browser, installation, { width = 1280, script = true, scheme = "light", critical = true } = {}) {
    const visitor = new Visitor();
    visitor.#installation = installation;
    visitor.#script = script;
    visitor.#critical = critical;
    visitor.#schemes = scheme === "dark" ? ["light", "dark"] : ["dark", "light"];
    const viewport = { width, height: width < 640 ? 844 : 900 };
    const options = { viewport, colorScheme: scheme, reducedMotion: "reduce", timezoneId: "America/Denver" };
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
    return this.#goes(() => this.page.goto(this.#installation.url + path), status);
  }

  /** By a link or a button that leads to another page; a name in words is the whole name. */
  presses(role, name, { status = 200, within = this.page } = {}) {
    return this.#goes(() => within.getByRole(role, { name, exact: true }).click(), status);
  }

  /** The same where one of several things may come of it; which one. */
  async tries(role, name, statuses) {
    await this.presses(role, name, { status: statuses });
    return this.#document.status();
  }

  /** By a key. */
  types(key, status = 200) {
    return this.#goes(() => this.page.keyboard.press(key), status);
  }

  /** As this person, with the password. */
  async signsIn(person) {
    await this.opens("/sign-in");
    await this.page.getByLabel("E-mail", { exact: true }).fill(person.email);
    await this.page.getByLabel("Password").fill(person.password);
    await this.presses("button", "Sign in");
  }

  /** What comes down when a button is pressed: its name and its bytes. */
  async fetches(role, name) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.page.getByRole(role, { name }).click()]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  }

  /** That the page says this, somewhere in what can be seen of it. */
  async reads(text) {
    await this.page.locator("main").getByText(text).filter({ visible: true }).first().waitFor();
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
    const [is, expected] = [this.#document.status(), [status].flat()];
    assert.ok(expected.includes(is), `${this.at}: ${is}, not ${expected.join(" or ")}: ${await this.page.title()}`);
    if (this.#critical) await this.looks();
  }

  /** Looks at the page as it stands. */
  async looks() {
    const place = `${this.at} (${await this.page.title()})`;
    this.weights.push({ path: this.at, bytes: this.#bytes });
    if (this.#bytes > MOST_BYTES) this.#wrong.push(`weighs ${this.#bytes} bytes`);
    this.#wrong.push(...(await this.page.evaluate(misfits)));
    // What was looked at before, to the letter, is as it was.
    const html = (await this.page.content()).replace(/name="csrf" value="[^"]*"/g, "");
    const known = createHash("sha256").update(`${this.#script} ${this.page.viewportSize().width} ${html}`).digest("hex");
    const page = this.#wrong.length > 0 || seen.has(known) ? undefined : await this.#withScript();
    if (page && this.#script && this.page.viewportSize().width >= 1280) await this.#resizes();
    for (const colorScheme of page ? this.#schemes : []) {
      await page.emulateMedia({ colorScheme });
      for (const { id, nodes } of await violations(page)) {
        const where = nodes.map((node) => `${node.target.join(" ")} (${node.failureSummary.replace(/\s+/g, " ")})`);
        this.#wrong.push(`axe, ${colorScheme}: ${id} at ${where.join("; ")}`);
      }
    }
    const wrong = this.#wrong.splice(0);
    if (wrong.length === 0) seen.add(known);
    assert.deepEqual(wrong, [], `${place} is not as it should be`);
  }

  /** Looks at the layout at every width there is: one page is made wider and narrower. */
  async #resizes() {
    const size = this.page.viewportSize();
    for (const width of WIDTHS.filter((width) => width !== size.width)) {
      await this.page.setViewportSize({ ...size, width });
      this.#wrong.push(...(await this.page.evaluate(misfits)).map((wrong) => `at ${width} px ${wrong}`));
    }
    await this.page.setViewportSize(size);
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
      if (new URL(request.url()).origin !== this.#installation.url) this.#wrong.push(`asked for ${request.url()}`);
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
  const found = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
  return found.violations;
}

/** What does not fit its place; runs in the page. */
function misfits() {
  const wrong = [];
  const root = document.documentElement;
  const over = root.scrollWidth - root.clientWidth;
  if (over > 0) wrong.push(`is ${over} px too wide`);
  const named = (element) => `${element.tagName.toLowerCase()}.${[...element.classList].join(".")} (${element.textContent.trim().slice(0, 20)})`;
  const shown = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 0;
  // What may be longer than its box: a text that is written, a table that is wide, bytes as they came.
  const scrolls = (element) => element.matches("textarea,select,input,pre,.tbl.wide") || element === root || element === document.body;
  for (const element of document.querySelectorAll("body *")) {
    const { overflowX, overflowY } = getComputedStyle(element);
    if (![overflowX, overflowY].some((kind) => kind === "auto" || kind === "scroll") || scrolls(element) || !shown(element)) continue;
    const [across, down] = [element.scrollWidth - element.clientWidth, element.scrollHeight - element.clientHeight];
    if (across > 0 || down > 0) wrong.push(`has a scrollbar in ${named(element)}: ${across} by ${down} px`);
  }
  // A name has room for a word; money stands whole and in sight.
  for (const element of document.querySelectorAll(".row .who,td.for,td.person,td.what,.kv dd")) {
    const { width } = element.getBoundingClientRect();
    if (shown(element) && width < 96) wrong.push(`squeezes ${named(element)} into ${Math.round(width)} px`);
  }
  for (const element of document.querySelectorAll("td.n,.row .price,.figure")) {
    const { left, right } = element.getBoundingClientRect();
    if (shown(element) && !element.closest(".wide") && (left < 0 || right > root.clientWidth + 1)) wrong.push(`pushes ${named(element)} out of sight`);
    const range = document.createRange();
    range.selectNodeContents(element);
    const lines = [...range.getClientRects()].filter((line) => line.width > 0);
    const tall = Math.max(...lines.map((line) => line.bottom)) - Math.min(...lines.map((line) => line.top));
    if (shown(element) && lines.length > 1 && tall > 1.6 * Math.max(...lines.map((line) => line.height))) wrong.push(`breaks ${named(element)}`);
  }
  return wrong;
}
