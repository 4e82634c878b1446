// What script makes quicker: a lead is there when it comes.

import assert from "node:assert/strict";
import { journeys } from "./journey.js";

journeys(
  "live",
  {
    async "the first lead arrives, and is shown when it is asked for"({ house, visitor }) {
      const person = await house.person();
      const heard = visitor.page.waitForResponse((response) => response.url().endsWith("/api/v1/provider/events"));
      await visitor.signsIn(person);
      await heard;
      await house.sends(person);
      await visitor.reads("1 new lead.");
      assert.match(await visitor.page.title(), /^\(1\) /);
      await visitor.looks();
      await visitor.presses("link", "Show");
      await visitor.presses("link", /Ana Ruiz/);
      assert.equal(await visitor.heading(), "Ana Ruiz");
    },
  },
  { scripts: [true] },
);
