// WebKit takes no `Secure` cookie over plain HTTP, not even on this machine: whoever tries the installation out with Safari gets in
// all the same.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Installation } from "./installation.js";
import { Proxy } from "./proxy.js";
import { until } from "./until.js";
import { WebKit } from "./webkit.js";

describe("WebKit", () => {
  let installation, webkit;
  before(async () => {
    [installation, webkit] = await Promise.all([Installation.opens(), WebKit.opens()]);
  });
  after(async () => {
    await webkit?.closes();
    await installation?.closes();
  });

  const at = (path) => until(`the page ${path}`, async () => new URL(await webkit.url()).pathname === path || undefined);

  for (const name of ["127.0.0.1", "localhost"]) {
    test(`signs in on http://${name}, changes something, and is out again`, async () => {
      const person = await installation.person();
      const url = installation.url.replace("127.0.0.1", name);
      await webkit.opens(`${url}/leads`);
      await at("/sign-in");
      await webkit.writes("#email", person.email);
      await webkit.writes("#password", "not this one, surely");
      await webkit.presses("button[value=password]");
      await webkit.reads("do not go together");
      await webkit.writes("#password", person.password);
      await webkit.presses("button[value=password]");
      await at("/leads");
      assert.deepEqual(await webkit.cookies(), ["lh_browser", "lh_session"]);
      await webkit.opens(`${url}/account`);
      await webkit.writes("#name", "CRM");
      await webkit.presses("form[action='/account/tokens'] button");
      await webkit.reads("Copy the token now");
      await webkit.opens(`${url}/account`);
      await webkit.presses("form[action='/sign-out'] button");
      await at("/sign-in");
      assert.deepEqual(await webkit.cookies(), ["lh_browser", "lh_visit"]);
    });
  }

  test("hears of a lead after an outage", async () => {
    const [person, proxy] = [await installation.person(), await Proxy.before(installation)];
    try {
      await webkit.opens(`${proxy.url}/sign-in`);
      await webkit.writes("#email", person.email);
      await webkit.writes("#password", person.password);
      await webkit.presses("button[value=password]");
      await at("/leads");
      await installation.sends(person);
      await webkit.reads("1 new lead.");
      proxy.leaves();
      await webkit.reads("Not connected");
      await installation.sends(person);
      proxy.returns();
      await webkit.reads("2 new leads.");
    } finally {
      await proxy.closes();
    }
  });
});
