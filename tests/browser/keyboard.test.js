// What script makes quicker.

import assert from "node:assert/strict";
import { journeys } from "./journey.js";

const focused = (visitor) => visitor.page.evaluate(() => document.activeElement.textContent);

journeys(
  "with script",
  {
    async "leads are worked by keyboard"({ installation, visitor }) {
      const person = await installation.person();
      const first = await installation.sends(person, { contact_name: "Bo Lind" });
      const second = await installation.sends(person);
      await visitor.signsIn(person);
      await visitor.page.keyboard.press("j");
      assert.match(await focused(visitor), /^Ana Ruiz/);
      await visitor.page.keyboard.press("j");
      assert.match(await focused(visitor), /^Bo Lind/);
      await visitor.looks();
      await visitor.types("Enter");
      assert.equal(visitor.at, `/leads/${first}`);
      await visitor.types("r");
      assert.match(visitor.at, /\/reject\??$/);
      await visitor.page.getByLabel("What happened?").fill("a j k r u /");
      await visitor.reads("11 of 500");
      assert.match(visitor.at, /\/reject\??$/, "in a field, keys are letters");
      await visitor.page.getByRole("heading", { level: 1 }).click();
      await visitor.types("u");
      assert.equal(visitor.at, "/leads");
      await visitor.page.keyboard.press("/");
      assert.equal(await visitor.page.evaluate(() => document.activeElement.id), "search");
      await visitor.opens(`/leads/${second}`);
      await visitor.types("a");
      await visitor.reads("Accepted.");
    },

    async "what is ticked goes before what is in focus, and is asked about once"({ installation, visitor }) {
      const person = await installation.person();
      const [third, second, first] = [await installation.sends(person, { contact_name: "Cy Third" }), await installation.sends(person), await installation.sends(person)];
      const status = async (lead) => (await installation.calls("GET", `/api/v1/provider/leads/${lead}`, undefined, person.token)).status;
      await visitor.signsIn(person);
      for (const key of ["j", "x", "j", "x", "j"]) await visitor.page.keyboard.press(key);
      assert.match(await focused(visitor), /^Cy Third/);
      await visitor.types("a");
      assert.equal(await visitor.heading(), "Accept 2 leads?");
      await visitor.types("a");
      await visitor.reads("Accepted 2 leads.");
      assert.deepEqual(await Promise.all([first, second, third].map(status)), ["accepted", "accepted", "active"]);
      await visitor.presses("button", "Undo all");
      for (const key of ["j", "x", "j", "x", "j"]) await visitor.page.keyboard.press(key);
      await visitor.types("r");
      assert.equal(await visitor.heading(), "Reject 2 leads");
      await visitor.types("u");
      await visitor.page.keyboard.press("j");
      await visitor.types("a");
      await visitor.reads("Accepted ");
      assert.deepEqual(await Promise.all([first, second, third].map(status)), ["accepted", "active", "active"]);
    },

    async "a key that is held, or a button pressed twice, decides once"({ installation, visitor }) {
      const person = await installation.person();
      const leads = [await installation.sends(person), await installation.sends(person), await installation.sends(person)];
      const status = async (lead) => (await installation.calls("GET", `/api/v1/provider/leads/${lead}`, undefined, person.token)).status;
      await visitor.signsIn(person);
      for (const key of ["j", "x", "j", "x"]) await visitor.page.keyboard.press(key);
      await Promise.all([visitor.page.waitForEvent("load"), visitor.page.keyboard.down("a")]);
      for (let n = 0; n < 3; n += 1) await visitor.page.keyboard.down("a");
      assert.equal(await visitor.heading(), "Accept 2 leads?");
      await visitor.page.keyboard.up("a");
      assert.deepEqual(await Promise.all(leads.map(status)), ["active", "active", "active"]);
      await visitor.opens(`/leads/${leads[0]}`);
      await Promise.all([visitor.page.waitForEvent("load"), visitor.page.getByRole("button", { name: "Accept", exact: true }).dblclick()]);
      await visitor.reads("Accepted.");
      assert.equal(await visitor.page.getByText("Nothing was changed").count(), 0);
    },

    async "single keys are switched off"({ installation, visitor }) {
      const person = await installation.person();
      await installation.sends(person);
      await visitor.signsIn(person);
      await visitor.opens("/preferences");
      await visitor.page.getByLabel(/^Single-key shortcuts/).uncheck();
      await visitor.presses("button", "Save preferences");
      await visitor.opens("/leads");
      const before = await focused(visitor);
      await visitor.page.keyboard.press("j");
      assert.equal(await focused(visitor), before);
    },
  },
  { scripts: [true] },
);
