// What stands beside the leads: exports, preferences.

import assert from "node:assert/strict";
import { journeys } from "./journey.js";
import { until } from "./until.js";

journeys("beside the leads", {
  async "an export is asked for and downloaded"({ installation, visitor }) {
    const person = await installation.person();
    await installation.sends(person);
    await visitor.signsIn(person);
    await visitor.opens("/exports");
    await visitor.reads("No exports yet");
    await visitor.presses("button", "Start export");
    await until("the export", async () => {
      await visitor.opens("/exports");
      return (await visitor.page.getByRole("link", { name: /^Download/ }).count()) > 0 || undefined;
    });
    const file = await visitor.fetches("link", /^Download/);
    assert.match(file.name, /\.csv$/);
    assert.match(file.bytes.toString(), /Ana Ruiz/);
  },

  async "preferences are saved, and nonsense is not"({ installation, visitor }) {
    const person = await installation.person();
    await visitor.signsIn(person);
    await visitor.opens("/preferences");
    await visitor.page.getByLabel("From").fill("21:00");
    await visitor.presses("button", "Save preferences", { status: 422 });
    await visitor.page.getByLabel("To", { exact: true }).fill("07:00");
    await visitor.page.getByLabel(/^A return is decided/).uncheck();
    await visitor.presses("button", "Save preferences");
    const { preferences } = await installation.calls("GET", "/api/v1/provider/notification-preferences", undefined, person.token);
    assert.equal(preferences.notify_on_bad_lead_decision, false);
    assert.equal(preferences.quiet_from, "21:00");
    assert.equal(await visitor.page.getByLabel("To", { exact: true }).inputValue(), "07:00");
  },
});
