// The same installation in Firefox: in, a lead that comes, an outage, a decision, out.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import puppeteer from "puppeteer-core";
import { Installation } from "./installation.js";
import { Proxy } from "./proxy.js";

describe("Firefox", () => {
  let installation, firefox, proxy;
  before(async () => {
    const executablePath = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
    [installation, firefox] = await Promise.all([Installation.opens(), puppeteer.launch({ browser: "firefox", executablePath, headless: true })]);
    proxy = await Proxy.before(installation);
  });
  after(async () => {
    await firefox?.close();
    await proxy?.closes();
    await installation?.closes();
  });

  test("a lead comes, is told after an outage, and is accepted", async () => {
    const person = await installation.person();
    const page = await firefox.newPage();
    const reads = (text) => page.waitForFunction((text) => document.querySelector("main").innerText.includes(text), {}, text);
    const presses = (selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
    await page.goto(`${proxy.url}/leads?utm_source=mail`);
    assert.match(page.url(), /\/sign-in\?next=/);
    await page.type("#email", person.email);
    await page.type("#password", person.password);
    await presses("button[value=password]");
    assert.match(page.url(), /\/leads\?utm_source=mail$/);
    await installation.sends(person);
    await reads("1 new lead.");
    proxy.leaves();
    await reads("Not connected");
    await installation.sends(person, { contact_name: "Ben Osei" });
    proxy.returns();
    await reads("2 new leads.");
    await presses("#live a");
    await presses("::-p-text(Ben Osei)");
    await presses("form[action$='/accept'] button");
    await reads("Accepted");
    // A second tab of the sign-in goes on, and signing out ends it all.
    const tab = await firefox.newPage();
    await tab.goto(`${proxy.url}/sign-in`);
    assert.match(tab.url(), /\/leads$/);
    await page.goto(`${proxy.url}/account`);
    await presses("form[action='/sign-out'] button");
    assert.match(page.url(), /\/sign-in$/);
    await tab.goto(`${proxy.url}/leads`);
    assert.match(tab.url(), /\/sign-in\?next=/);
  });
});
