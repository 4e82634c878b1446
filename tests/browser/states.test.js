// Pages that say what does not work, and what to do.

import assert from "node:assert/strict";
import { journeys } from "./journey.js";
import { until } from "./until.js";

/** Somebody who is signed in and was sent a lead. */
async function withLead({ installation, visitor }, terms) {
  const person = await installation.person(terms);
  const lead = await installation.sends(person);
  await visitor.signsIn(person);
  return { person, lead };
}

journeys("what does not work", {
  async "no credit is left"(scene) {
    const { visitor } = scene;
    await withLead(scene, { credit: 50 });
    await visitor.opens("/leads");
    await visitor.reads("You are out of credit");
  },

  async "somebody else has decided"(scene) {
    const { installation, visitor } = scene;
    const { person, lead } = await withLead(scene);
    await visitor.opens(`/leads/${lead}`);
    await installation.calls("POST", `/api/v1/provider/leads/${lead}/accept`, undefined, person.token);
    await visitor.presses("button", "Accept", { status: 409 });
    await visitor.reads("Nothing was changed");
  },

  async "the lead is erased"(scene) {
    const { installation, visitor } = scene;
    const { lead } = await withLead(scene);
    await installation.calls("POST", `/api/v1/admin/leads/${lead}/erase`);
    await visitor.opens("/leads");
    await visitor.opens(`/leads/${lead}`);
    await visitor.reads(/was erased/);
  },

  async "a return is denied, and appealed"(scene) {
    const { installation, visitor } = scene;
    const { person, lead } = await withLead(scene);
    const reason = { rejection_reason: "Called three times, nobody answers.", rejection_code: "bad_contact" };
    await installation.calls("POST", `/api/v1/provider/leads/${lead}/reject`, reason, person.token);
    const { assignments } = await installation.calls("GET", `/api/v1/admin/leads/${lead}`);
    const id = assignments[0].assignment_id ?? assignments[0].id;
    await installation.calls("POST", `/api/v1/admin/returns/${id}/deny`, { note: "It rang through when we tried." });
    await visitor.opens(`/leads/${lead}`);
    await visitor.reads(/It rang through/);
    await visitor.page.getByText("Appeal the denial").click();
    await visitor.looks();
    await visitor.page.getByLabel("Why should it be looked at again?").fill("no");
    await visitor.presses("button", "Appeal", { status: 422 });
    await visitor.reads("Write at least 10 characters. You wrote 2.");
    const field = visitor.page.getByLabel("Why should it be looked at again?");
    assert.equal(await field.inputValue(), "no", "it is kept, and the form stays open");
    await visitor.page.getByLabel("Why should it be looked at again?").fill("It is a fax line, listen to it.");
    await visitor.presses("button", "Appeal");
    await visitor.reads("Appealed.");
    await installation.calls("POST", `/api/v1/admin/returns/${id}/approve`, { note: "So it is." });
    await visitor.opens(`/leads/${lead}`);
    await visitor.reads("Refunded");
  },

  async "a day's exports are used up"(scene) {
    const { installation, visitor } = scene;
    const { person } = await withLead(scene);
    for (let n = 0; n < 5; n += 1) await installation.calls("POST", "/api/v1/provider/leads/export", {}, person.token);
    await visitor.opens("/exports");
    await visitor.presses("button", "Start export", { status: 429 });
    assert.match(await visitor.page.title(), /^Error: /);
  },

  async "the account is suspended"(scene) {
    const { installation, visitor } = scene;
    const { person } = await withLead(scene);
    await visitor.opens("/preferences");
    await installation.calls("PATCH", `/api/v1/admin/providers/${person.id}`, { active: false });
    await visitor.opens("/leads", 403);
    await visitor.reads("This account is suspended");
  },

  async "the cookies are gone"(scene) {
    const { visitor } = scene;
    const { lead } = await withLead(scene);
    await visitor.opens(`/leads/${lead}`);
    await visitor.context.clearCookies();
    await visitor.presses("button", "Accept", { status: 401 });
    await visitor.reads("Nothing was changed");
    await visitor.presses("link", "Sign in");
  },
});

journeys(
  "too late",
  {
    async "the window has closed"(scene) {
      const { visitor } = scene;
      const { lead } = await withLead(scene);
      await until("the window's end", async () => {
        await visitor.opens(`/leads/${lead}`);
        return (await visitor.page.getByText("The return window has closed").count()) > 0 || undefined;
      });
      await visitor.opens("/leads");
      await visitor.opens(`/leads/${lead}`);
      await visitor.presses("button", "Accept");
      await visitor.reads("Accepted.");
    },
  },
  { env: { RETURN_WINDOW: "1s" } },
);

journeys(
  "too often",
  {
    async "passwords are guessed"({ installation, visitor }) {
      const person = await installation.person();
      await visitor.opens("/sign-in");
      for (let status = 401; status !== 429; ) {
        await visitor.page.getByLabel("E-mail", { exact: true }).fill(person.email);
        await visitor.page.getByLabel("Password").fill("not this one, surely");
        status = await visitor.tries("button", "Sign in", [401, 429]);
      }
      await visitor.reads("was not carried out");
      assert.match(await visitor.heading(), /^Wait \d+ seconds?, then go on$/);
    },
  },
  { env: { RATE_LIMITS: "on" } },
);
