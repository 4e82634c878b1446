// In, and out again.

import assert from "node:assert/strict";
import { journeys } from "./journey.js";

journeys("signing in", {
  async "by password, after a wrong one"({ installation, visitor }) {
    const person = await installation.person();
    await visitor.opens("/leads?status=active");
    assert.equal(visitor.at, "/sign-in?next=%2Fleads%3Fstatus%3Dactive");
    await visitor.page.getByLabel("E-mail", { exact: true }).fill(person.email);
    await visitor.page.getByLabel("Password").fill("not this one, surely");
    await visitor.presses("button", "Sign in", { status: 401 });
    await visitor.reads("do not go together");
    assert.equal(await visitor.page.getByLabel("E-mail", { exact: true }).inputValue(), person.email, "it is kept");
    await visitor.page.getByLabel("Password").fill(person.password);
    await visitor.page.getByLabel("Password").press("Enter");
    await visitor.page.waitForURL(/\/leads\?status=active$/);
    await visitor.opens("/");
    assert.equal(visitor.at, "/leads");
  },

  async "by a mailed link, once"({ installation, visitor }) {
    const person = await installation.person();
    await visitor.opens("/sign-in");
    await visitor.presses("button", "Send me a link", { status: 422 });
    await visitor.page.getByLabel("E-mail", { exact: true }).fill("nobody@example.org");
    await visitor.presses("button", "Send me a link");
    const nobody = await visitor.page.locator("main").innerText();
    await visitor.opens("/sign-in");
    await visitor.page.getByLabel("E-mail", { exact: true }).fill(person.email);
    await visitor.presses("button", "Send me a link");
    assert.equal(await visitor.page.locator("main").innerText(), nobody, "it is not told who has an account");
    const link = await installation.mailed(person.email, "/sign-in/link");
    await visitor.opens(link);
    await visitor.presses("button", "Sign in");
    assert.equal(visitor.at, "/leads");
    await visitor.opens(link, 400);
    await visitor.reads("This link has ended");
  },
});
