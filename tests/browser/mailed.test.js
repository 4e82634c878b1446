// What mails lead to, for people who are not signed in.

import assert from "node:assert/strict";
import { journeys } from "./journey.js";

journeys("links in mails", {
  async "an export is downloaded from its mail"({ installation, visitor }) {
    const person = await installation.person();
    await installation.sends(person);
    await installation.calls("POST", "/api/v1/provider/leads/export", {}, person.token);
    await visitor.opens(await installation.mailed(person.email, "/exports/"));
    const file = await visitor.fetches("button", /Download/);
    assert.match(file.name, /\.csv$/);
    assert.match(file.bytes.toString(), /Ana Ruiz/);
    await visitor.opens("/exports/00000000-0000-7000-8000-000000000000?token=none", 404);
  },

  async "one click ends mails of a kind"({ installation, visitor }) {
    const person = await installation.person();
    await installation.sends(person);
    const wishes = () => installation.calls("GET", "/api/v1/provider/notification-preferences", undefined, person.token);
    await visitor.opens(await installation.mailed(person.email, "/unsubscribe"));
    assert.equal((await wishes()).preferences.notify_on_new_lead, true, "looking changes nothing");
    await visitor.presses("button", /./);
    assert.equal((await wishes()).preferences.notify_on_new_lead, false);
  },
});
