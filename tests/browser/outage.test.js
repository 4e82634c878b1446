// A page that stays open while the house is away for a moment: it says so, comes back by itself, and nothing was missed.

import assert from "node:assert/strict";
import { journeys } from "./journey.js";
import { Proxy } from "./proxy.js";
import { Visitor } from "./visitor.js";

journeys(
  "an outage",
  {
    async "is said, and what happened meanwhile is told"({ house, browser, how }) {
      const [person, proxy] = [await house.person(), await Proxy.before(house)];
      // What the console says of a 502 is as it should be.
      const visitor = await Visitor.comes(browser, proxy, { ...how, critical: false });
      try {
        const heard = visitor.page.waitForResponse((response) => response.url().includes("/provider/events"));
        await visitor.signsIn(person);
        await heard;
        await house.sends(person);
        await visitor.reads("1 new lead.");
        proxy.leaves();
        await visitor.reads("Not connected");
        await visitor.reads("1 new lead.");
        await house.sends(person);
        proxy.returns();
        await visitor.reads("2 new leads.");
        assert.match(await visitor.page.title(), /^\(2\) /);
        assert.equal(await visitor.page.getByText("Not connected").count(), 0);
        // Once more, and this time the session has ended meanwhile.
        proxy.leaves();
        await visitor.reads("Not connected");
        const elsewhere = await Visitor.comes(browser, house, { ...how, critical: false });
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

    async "between the page and its stream loses nothing"({ house, browser, how }) {
      const [person, proxy] = [await house.person(), await Proxy.before(house)];
      const visitor = await Visitor.comes(browser, proxy, { ...how, critical: false });
      try {
        // The first stream meets a 502; a lead comes before the second.
        let met = 0;
        await visitor.page.route("**/provider/events*", (route) => {
          met += 1;
          return met === 1 ? house.sends(person).then(() => route.fulfill({ status: 502 })) : route.continue();
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
