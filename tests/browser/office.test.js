// The operator's pages.

import assert from "node:assert/strict";
import { journeys } from "./journey.js";

const REASON = { rejection_reason: "Called three times, nobody answers.", rejection_code: "bad_contact" };

/** A lead that its provider rejects. */
async function returned(installation) {
  const person = await installation.person();
  const lead = await installation.sends(person);
  await installation.calls("POST", `/api/v1/provider/leads/${lead}/reject`, REASON, person.token);
  return { person, lead };
}

/** The card of this provider's return. */
const of = (visitor, { person }) => visitor.page.getByRole("article").filter({ hasText: person.name });

journeys("the back office", {
  async "what needs somebody, a lead's way, and two decisions"({ installation, visitor }) {
    // The oldest come first: only those of the test wait.
    const pending = await installation.calls("GET", "/api/v1/admin/returns?state=pending&limit=100");
    for (const { assignment_id } of pending.items) await installation.calls("POST", `/api/v1/admin/returns/${assignment_id}/deny`, { note: "No." });
    const [one, other] = [await returned(installation), await returned(installation)];
    await visitor.signsIn(installation.operator);
    assert.equal(visitor.at, "/admin");
    await visitor.reads("Returns to decide");
    await visitor.presses("link", "All leads");
    await visitor.presses("link", "Unmatched");
    await visitor.opens(`/admin/leads/${one.lead}`);
    await visitor.reads(/^Sold to 1 provider for \$48\.00/);
    await visitor.page.getByText(/^What came in/).last().click();
    await visitor.page.getByText("Erase this person").click();
    await visitor.looks();
    await visitor.opens("/admin/returns");
    await visitor.presses("button", "Deny", { status: 422, within: of(visitor, one) });
    await visitor.page.getByLabel("Note to the provider").first().fill("It rings.");
    await visitor.presses("button", "Deny", { within: of(visitor, one) });
    await visitor.reads("Denied.");
    await visitor.presses("button", "Approve, refund $48.00", { within: of(visitor, other) });
    await visitor.reads("Approved and refunded.");
    await visitor.reads("Nothing waits for you");
  },

  async "a person is erased"({ installation, visitor }) {
    const person = await installation.person();
    const lead = await installation.sends(person, { contact_name: "Canary Bird" });
    await visitor.signsIn(installation.operator);
    await visitor.opens(`/admin/leads/${lead}`);
    await visitor.page.getByText("Erase this person").click();
    await visitor.presses("button", "Erase for good");
    await visitor.reads("The person was erased");
    assert.ok(!(await visitor.page.content()).includes("Canary"));
  },
});
