// A page that stays open while the installation is away for a moment: it says so, comes back by itself, and nothing was missed.

import assert from "node:assert/strict";
import { journeys } from "./journey.js";
import { Proxy } from "./proxy.js";
import { until } from "./until.js";
import { Visitor } from "./visitor.js";

journeys(
  "an outage",
  {
    async "is said, and what happened meanwhile is told"({ installation, browser, how }) {
      const [person, proxy] = [await installation.person(), await Proxy.before(installation)];
      // What the console says of a 502 is as it should be.
      const visitor = await Visitor.comes(browser, proxy, { ...how, critical: false });
      try {
        const heard = visitor.page.waitForResponse((response) => response.url().includes("/provider/events"));
        await visitor.signsIn(person);
        await heard;
        await installation.sends(person);
        await visitor.reads("1 new lead.");
        proxy.leaves();
        await visitor.reads("Not connected");
        await visitor.reads("1 new lead.");
        await installation.sends(person);
        proxy.returns();
        await visitor.reads("2 new leads.");
        assert.match(await visitor.page.title(), /^\(2\) /);
        assert.equal(await visitor.page.getByText("Not connected").count(), 0);
        // Once more, and this time the session has ended meanwhile.
        proxy.leaves();
        await visitor.reads("Not connected");
        const elsewhere = await Visitor.comes(browser, installation, { ...how, critical: false });
        await elsewhere.signsIn(person);
        await elsewhere.opens("/account");
        await elsewhere.presses("button", "Sign out everywhere");
        await elsewhere.leaves();
        proxy.returns();
        await visitor.reads("You were signed out.");
        await visitor.presses("link", "Sign in");
        assert.equal(visitor.at, "/sign-in?next=%2Fleads");
      } finally {
        await visitor.leaves();
        await proxy.closes();
      }
    },

    async "is noticed where nobody says so"({ installation, browser, how }) {
      const [person, proxy] = [await installation.person(), await Proxy.before(installation)];
      const visitor = await Visitor.comes(browser, proxy, { ...how, critical: false });
      const clock = visitor.page.clock;
      try {
        await clock.install();
        const heard = visitor.page.waitForResponse((response) => response.url().includes("/provider/events"));
        await visitor.signsIn(person);
        await heard;
        // Where nothing happens, a sign of life comes.
        const alive = visitor.page.evaluate(() => new Promise((done) => new EventSource("/api/v1/provider/events").addEventListener("alive", done)));
        await alive;
        proxy.dies();
        await installation.sends(person);
        await clock.fastForward(25_000);
        await clock.fastForward(2_000);
        await visitor.reads("Not connected");
        assert.equal(await visitor.page.getByText("1 new lead.").count(), 0, "nobody can know");
        proxy.returns();
        await until("the lead", async () => {
          await clock.fastForward(10_000);
          return (await visitor.page.getByText("1 new lead.").count()) > 0 || undefined;
        });
        assert.equal(await visitor.page.getByText("Not connected").count(), 0);
      } finally {
        await visitor.leaves();
        await proxy.closes();
      }
    },

    async "while somebody is called loses no attempt"({ installation, browser, how }) {
      const [person, proxy] = [await installation.person(), await Proxy.before(installation)];
      const lead = await installation.sends(person);
      const visitor = await Visitor.comes(browser, proxy, { ...how, critical: false });
      const attempts = async () => (await installation.calls("GET", `/api/v1/provider/leads/${lead}/attempts`, undefined, person.token)).items;
      try {
        await visitor.signsIn(person);
        await visitor.opens(`/leads/${lead}`);
        proxy.leaves();
        const refused = visitor.page.waitForResponse((response) => response.url().endsWith("/attempts"));
        const call = visitor.page.getByRole("link", { name: /^Call/ });
        await call.evaluate((link) => link.addEventListener("click", (event) => event.preventDefault()));
        await call.click();
        await call.click();
        assert.equal((await refused).status(), 502);
        proxy.returns();
        await until("the attempt", async () => (await attempts()).length || undefined);
        assert.deepEqual((await attempts()).map((attempt) => attempt.kind), ["call"]);
      } finally {
        await visitor.leaves();
        await proxy.closes();
      }
    },

    async "between the page and its stream loses nothing"({ installation, browser, how }) {
      const [person, proxy] = [await installation.person(), await Proxy.before(installation)];
      const visitor = await Visitor.comes(browser, proxy, { ...how, critical: false });
      try {
        // The first stream meets a 502; a lead comes before the second.
        let met = 0;
        await visitor.page.route("**/provider/events*", (route) => {
          met += 1;
          return met === 1 ? installation.sends(person).then(() => route.fulfill({ status: 502 })) : route.continue();
        });
        await visitor.signsIn(person);
        await visitor.reads("1 new lead.");
        assert.ok(met > 1);
      } finally {
        await visitor.leaves();
        await proxy.closes();
      }
    },
  },
  { scripts: [true] },
);
