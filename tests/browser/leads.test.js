// What a provider does with leads.

import assert from "node:assert/strict";
import { journeys } from "./journey.js";

const REASON = "Called three times, the number is not in service.";

/** Somebody who is signed in and was sent a lead. */
async function withLead({ installation, visitor }, members) {
  const person = await installation.person();
  const lead = await installation.sends(person, members);
  await visitor.signsIn(person);
  return { person, lead };
}

journeys("leads", {
  async "an empty inbox, and the first lead"({ installation, visitor }) {
    const person = await installation.person();
    await visitor.signsIn(person);
    await visitor.reads("No leads yet");
    await installation.sends(person);
    await visitor.opens("/leads");
    await visitor.presses("link", /Ana Ruiz/);
    assert.equal(await visitor.heading(), "Ana Ruiz");
    assert.equal(await visitor.page.getByRole("link", { name: /^Call/ }).getAttribute("href").then((to) => to.slice(0, 9)), "tel:+1303");
  },

  async "accept, and take it back"(scene) {
    const { visitor } = scene;
    const { lead } = await withLead(scene);
    await visitor.opens(`/leads/${lead}`);
    await visitor.presses("button", "Accept");
    assert.equal(visitor.at, `/leads/${lead}`);
    await visitor.reads("Accepted.");
    await visitor.presses("button", /^Undo/, { within: visitor.page.getByRole("status") });
    await visitor.page.getByRole("button", { name: "Accept", exact: true }).waitFor();
  },

  async "reject, after an error"(scene) {
    const { visitor } = scene;
    const { lead } = await withLead(scene);
    await visitor.opens(`/leads/${lead}`);
    await visitor.presses("button", "Reject");
    assert.match(visitor.at, /\/reject\??$/);
    await visitor.page.getByLabel("What happened?").fill("dead");
    await visitor.presses("button", /^Reject and ask for/, { status: 422 });
    assert.match(await visitor.page.title(), /^Error: /);
    assert.equal(await visitor.page.getByLabel("What happened?").inputValue(), "dead", "it is kept");
    await visitor.page.getByText("Wrong number or e-mail").click();
    await visitor.page.getByLabel("What happened?").fill(REASON);
    await visitor.presses("button", /^Reject and ask for/);
    assert.equal(visitor.at, `/leads/${lead}`);
    await visitor.reads("under review");
    await visitor.presses("button", /^Undo/, { within: visitor.page.getByRole("status") });
    await visitor.page.getByRole("button", { name: "Reject", exact: true }).waitFor();
  },

  async "many at once, on a phone too"(scene) {
    const { installation, visitor } = scene;
    const { person } = await withLead(scene);
    for (const name of ["Bo Lind", "Cy Ng", "Di Roe"]) await installation.sends(person, { contact_name: name });
    await visitor.opens("/leads");
    const several = visitor.page.getByLabel("Select several");
    const tick = async (...names) => {
      if (await several.isVisible()) await several.check();
      for (const name of names) await visitor.page.getByLabel(`Select ${name}`, { exact: true }).check();
      await visitor.looks();
    };
    await tick("Bo Lind", "Cy Ng");
    await visitor.presses("button", "Accept");
    await visitor.reads("Accepted 2 leads.");
    assert.equal(await visitor.page.locator(".row").count(), 2);
    await visitor.page.getByRole("status").getByRole("link", { name: "Bo Lind" }).waitFor();
    await visitor.presses("button", "Undo all");
    await visitor.reads("2 leads are active again.");
    await tick("Bo Lind", "Cy Ng");
    await visitor.presses("button", "Accept");
    await tick("Di Roe", "Ana Ruiz");
    await visitor.presses("button", "Reject…");
    await visitor.presses("button", /^Reject and ask for/, { status: 422 });
    await visitor.page.getByText("Wrong number or e-mail").click();
    await visitor.page.getByLabel("What happened?").fill(REASON);
    await visitor.presses("button", "Reject and ask for $96.00");
    await visitor.reads("Rejected 2 leads.");
    await visitor.opens("/leads?status=rejected");
    assert.equal(await visitor.page.locator(".row").count(), 2);
    assert.equal(await several.count(), 0, "there is nothing to decide");
  },

  async "an attempt is noted"(scene) {
    const { visitor } = scene;
    const { lead } = await withLead(scene);
    await visitor.opens(`/leads/${lead}`);
    await visitor.page.getByText("Note an attempt", { exact: true }).click();
    await visitor.looks();
    await visitor.page.getByLabel("What came of it").selectOption("no_answer");
    await visitor.page.getByLabel("Note, if any").fill("rang eight times");
    await visitor.presses("button", "Note it");
    await visitor.reads("rang eight times");
  },

  async "search, filters, and what is not found"(scene) {
    const { installation, visitor } = scene;
    const { person } = await withLead(scene);
    await installation.sends(person, { contact_name: "Bo Lind", contact_email: "bo.lind@example.org" });
    await visitor.opens("/leads");
    const fold = visitor.page.getByText("Search, filter");
    const field = visitor.page.getByLabel("E-mail or phone");
    if (!(await field.isVisible())) await fold.click();
    await visitor.looks();
    await field.fill("bo.lind@");
    await visitor.presses("button", "Show");
    assert.match(visitor.at, /search=bo\.lind%40/);
    assert.equal(await visitor.page.locator(".row").count(), 1);
    await visitor.opens("/leads?search=nobody@nowhere");
    await visitor.reads(/nobody@nowhere/);
    await visitor.presses("link", /Clear/);
    assert.equal(await visitor.page.locator(".row").count(), 2);
  },

  async "names of any kind are shown as they are"(scene) {
    const { visitor } = scene;
    const name = "<b onclick=alert(1)>مريم 山田</b> & Søn";
    const { lead } = await withLead(scene, { contact_name: name, form_data: { "<i>q</i>": "\"><script>alert(1)</script>" } });
    await visitor.opens("/leads");
    await visitor.opens(`/leads/${lead}`);
    assert.equal(await visitor.heading(), name);
    await visitor.reads("<script>alert(1)</script>");
  },

  async "sixty days of leads"({ installation, visitor }) {
    await visitor.signsIn(installation.regular);
    await visitor.presses("link", "Older leads");
    await visitor.presses("link", "Newer leads");
    for (const status of ["accepted", "rejected", "refunded"]) {
      await visitor.opens(`/leads?status=${status}`);
      await visitor.opens(await visitor.page.locator(".row .who a").first().getAttribute("href"));
    }
  },

  async "a lead that is not there"(scene) {
    const { visitor } = scene;
    await withLead(scene);
    await visitor.opens("/leads/00000000-0000-7000-8000-000000000000", 404);
    await visitor.opens("/nowhere", 404);
  },
});
