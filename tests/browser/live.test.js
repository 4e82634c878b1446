// What script makes quicker: a lead is there when it comes.

import assert from "node:assert/strict";
import { journeys } from "./journey.js";
import { Visitor } from "./visitor.js";

journeys(
  "live",
  {
    async "the first lead arrives, and is shown when it is asked for"({ installation, visitor }) {
      const person = await installation.person();
      const heard = visitor.page.waitForResponse((response) => response.url().includes("/api/v1/provider/events"));
      await visitor.signsIn(person);
      await heard;
      await installation.sends(person);
      await visitor.reads("1 new lead.");
      assert.match(await visitor.page.title(), /^\(1\) /);
      await visitor.looks();
      await visitor.presses("link", "Show");
      await visitor.presses("link", /Ana Ruiz/);
      assert.equal(await visitor.heading(), "Ana Ruiz");
    },

    async "an inbox that stays open when its session ends says nothing wrong"({ installation, visitor, browser, how }) {
      const person = await installation.person();
      const elsewhere = await Visitor.comes(browser, installation, how);
      const heard = elsewhere.page.waitForResponse((response) => response.url().includes("/api/v1/provider/events"));
      await elsewhere.signsIn(person);
      await heard;
      await visitor.signsIn(person);
      await visitor.opens("/account");
      await visitor.presses("button", "Sign out everywhere");
      await elsewhere.reads("You were signed out.");
      await elsewhere.looks();
      await elsewhere.presses("link", "Sign in");
      assert.equal(elsewhere.at, "/sign-in?next=%2Fleads");
      await elsewhere.leaves();
    },
  },
  { scripts: [true] },
);
