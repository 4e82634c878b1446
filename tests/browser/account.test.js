// Money, and who may come in.

import assert from "node:assert/strict";
import { journeys } from "./journey.js";
import { Visitor } from "./visitor.js";

/** The form of this heading's card. */
const card = (visitor, name) => visitor.page.getByRole("region", { name, exact: true });

journeys("money and account", {
  async "money of nobody, of one lead, of sixty days"({ installation, visitor }) {
    const person = await installation.person();
    await visitor.signsIn(person);
    await visitor.opens("/money");
    await visitor.reads("Nothing was charged in the last 12 weeks.");
    const lead = await installation.sends(person);
    await visitor.opens("/money");
    await visitor.reads("$952.00");
    const file = await visitor.fetches("link", "As a table (CSV)");
    assert.match(file.bytes.toString(), /48\.00/);
    await visitor.presses("link", "Ana Ruiz");
    assert.equal(visitor.at, `/leads/${lead}`);
    await visitor.context.clearCookies();
    await visitor.signsIn(installation.regular);
    await visitor.opens("/money");
    await visitor.presses("link", "Older entries");
    await visitor.presses("link", "Newest entries");
  },

  async "sign out everywhere"({ installation, visitor, browser, how }) {
    const person = await installation.person();
    const elsewhere = await Visitor.comes(browser, installation, how);
    await elsewhere.signsIn(person);
    await elsewhere.opens("/preferences");
    await visitor.signsIn(person);
    await visitor.opens("/account");
    assert.equal(await card(visitor, "Signed in").getByRole("listitem").count(), 2);
    await visitor.presses("button", "Sign out everywhere");
    assert.equal(visitor.at, "/sign-in");
    await visitor.opens("/leads");
    assert.equal(visitor.at, "/sign-in?next=%2Fleads");
    await elsewhere.opens("/leads");
    assert.equal(elsewhere.at, "/sign-in?next=%2Fleads");
    await elsewhere.leaves();
  },

  async "sign out here, or there"({ installation, visitor, browser, how }) {
    const person = await installation.person();
    const elsewhere = await Visitor.comes(browser, installation, how);
    await elsewhere.signsIn(person);
    await elsewhere.opens("/preferences");
    await visitor.signsIn(person);
    await visitor.opens("/account");
    await visitor.presses("button", /^Revoke/, { within: card(visitor, "Signed in") });
    await elsewhere.opens("/leads");
    assert.equal(elsewhere.at, "/sign-in?next=%2Fleads");
    await elsewhere.leaves();
    await visitor.opens("/account");
    await visitor.presses("button", "Sign out", { within: card(visitor, "Signed in") });
    assert.equal(visitor.at, "/sign-in");
  },

  async "a token is made, shown once, and revoked"({ installation, visitor }) {
    const person = await installation.person();
    await visitor.signsIn(person);
    await visitor.opens("/account");
    await visitor.presses("button", "Make a token", { status: 422 });
    await visitor.page.getByLabel("Name of a new token").fill("CRM <b>");
    await visitor.presses("button", "Make a token");
    const token = (await visitor.page.locator("main").innerText()).match(/lh_[\w-]+/)[0];
    const me = await installation.calls("GET", "/api/v1/provider/me", undefined, token);
    assert.equal(me.id ?? me.provider?.id, person.id);
    await visitor.opens("/account");
    assert.ok(!(await visitor.page.content()).includes(token), "it is shown once");
    await visitor.presses("button", /CRM <b>/, { within: card(visitor, "API tokens") });
    await assert.rejects(installation.calls("GET", "/api/v1/provider/me", undefined, token), /401/);
  },

  async "password and time zone are changed"({ installation, visitor }) {
    const person = await installation.person();
    await visitor.signsIn(person);
    await visitor.opens("/account");
    await visitor.page.getByLabel("Password now").fill("not this one, surely");
    await visitor.page.getByLabel("New password").fill("another long password");
    await visitor.presses("button", "Change password", { status: 422 });
    await visitor.page.getByLabel("Password now").fill(person.password);
    await visitor.page.getByLabel("New password").fill("short");
    await visitor.presses("button", "Change password", { status: 422 });
    await visitor.page.getByLabel("Password now").fill(person.password);
    await visitor.page.getByLabel("New password").fill("another long password");
    await visitor.presses("button", "Change password");
    await visitor.opens("/account");
    await visitor.page.getByRole("combobox", { name: "Time zone" }).selectOption("Europe/Berlin");
    await visitor.presses("button", "Save time zone");
    await visitor.reads(/Berlin/);
    await visitor.context.clearCookies();
    await visitor.signsIn({ ...person, password: "another long password" });
    assert.equal(visitor.at, "/leads");
  },
});
