// Forms on the sites of others, the page that their makers are given, and files of leads.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { journeys } from "./journey.js";

/** A site of somebody else, which shows this page, whatever is asked for. */
async function site(page) {
  const server = createServer((request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(request.url.startsWith("/thanks") ? "<title>Theirs</title><h1>Thanks from the roofer</h1>" : page);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}`, closes: () => server.close() };
}

/** A source of a niche that nobody buys in. */
async function source(installation, members = {}) {
  const niche = await installation.calls("POST", "/api/v1/admin/niches", { name: `Roofs ${randomUUID()}` });
  const body = { name: "Their site", niche_id: niche.id, format: "json", ...members };
  return installation.calls("POST", "/api/v1/admin/sources", body);
}

async function payloads(installation, { id }) {
  return (await installation.calls("GET", `/api/v1/admin/sources/${id}/payloads`)).items;
}

/** The posting page's path. */
async function posting(installation, { id }) {
  const { url } = await installation.calls("POST", `/api/v1/admin/sources/${id}/docs-link`);
  return url.slice(installation.url.length);
}

journeys("forms on other sites", {
  async "the form that is to be copied ends on the thank-you page"({ installation, visitor, how }) {
    const theirs = await source(installation, { honeypot: "website" });
    await visitor.opens(await posting(installation, theirs));
    const code = await visitor.page.locator("code", { hasText: "<form" }).first().innerText();
    const other = await site(`<!doctype html><title>Theirs</title>${code}`);
    try {
      const page = await visitor.context.newPage();
      await page.goto(other.url);
      await page.getByLabel("Name").fill("Ann Lee");
      await page.getByLabel("E-mail").fill(`ann.${randomUUID()}@example.org`);
      // Faster than that it was no person.
      if (how.script) await page.waitForFunction(() => performance.now() > 2_500);
      await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Send" }).click()]);
      assert.equal(new URL(page.url()).origin, installation.url);
      assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "Thank you");
      const [lead] = await payloads(installation, theirs);
      assert.equal(lead.outcome, "test");
    } finally {
      other.closes();
    }
  },

  async "a visitor comes back to the site that the form was on"({ installation, visitor }) {
    const theirs = await source(installation, { redirect_hosts: ["127.0.0.1"] });
    const other = await site("");
    const form = (fields) => `<form method=post action="${theirs.url}">${fields}<button>Send</button></form>`;
    try {
      const page = await visitor.context.newPage();
      const sends = async (fields) => {
        await page.goto(other.url);
        await page.setContent(form(`<input name=redirect_url value="${other.url}/thanks#top">${fields}`));
        await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Send" }).click()]);
        return page.url();
      };
      assert.equal(await sends('<input name=email value="bob@example.org">'), `${other.url}/thanks#top`);
      assert.equal(await sends("<input name=name value=Nobody>"), `${other.url}/thanks?lead=refused#top`);
    } finally {
      other.closes();
    }
  },

  async "a lead is tried on the posting page"({ installation, visitor }) {
    const theirs = await source(installation);
    await visitor.opens(await posting(installation, theirs));
    await visitor.page.getByLabel("E-mail address").fill("nobody");
    await visitor.presses("button", "See how it is read");
    await visitor.reads("It would be refused.");
    await visitor.page.getByLabel("E-mail address").fill("ann@example.org");
    await visitor.presses("button", "See how it is read");
    await visitor.reads("It would be taken: unmatched.");
    assert.deepEqual(await payloads(installation, theirs), []);
  },
});

journeys("a file of leads", {
  async "is looked at, its columns are named, and it is imported"({ installation, visitor }) {
    const theirs = await source(installation);
    const email = `${randomUUID()}@example.org`;
    const file = { name: "leads.csv", mimeType: "text/csv", buffer: Buffer.from(`Who;Way;City\nAnn Lee;${email};Denver\nNobody;;\n`) };
    await visitor.signsIn(installation.operator);
    await visitor.opens(`/admin/sources/${theirs.id}/import`);
    await visitor.page.getByLabel("File").setInputFiles(file);
    await visitor.presses("button", "Look only", { status: 422 });
    await visitor.page.getByLabel("Who").selectOption("Name");
    await visitor.page.getByLabel("Way").selectOption("E-mail address");
    await visitor.presses("button", "Save the columns");
    for (const [button, says] of [["Look only", "2 rows, and nothing was stored"], ["Import", "2 rows were read"]]) {
      await visitor.page.getByLabel("File").setInputFiles(file);
      await visitor.presses("button", button);
      await visitor.reads(says);
      await visitor.reads(/Line 3: contact_email/);
    }
    const [lead] = await payloads(installation, theirs);
    assert.equal(lead.outcome, "unmatched");
  },
});

const PAYLOAD = { customer: { who: "Ann Lee", mail: "ann@example.org" }, job: "slate" };
const MAPPING = { contact_name: "/customer/who", contact_email: "/customer/mail", form_data: { roof: "/job" } };

journeys("sources in the back office", {
  async "a payload of strangers is mapped by hand, tried, and read again"({ installation, visitor }) {
    const niche = await installation.calls("POST", "/api/v1/admin/niches", { name: `Roofs ${randomUUID()}` });
    await visitor.signsIn(installation.operator);
    await visitor.opens("/admin/sources");
    const { page } = visitor;
    await page.getByLabel("Name").fill("Their site");
    await page.getByLabel("Niche").selectOption(niche.id);
    await page.getByLabel("Format", { exact: true }).selectOption("mapping");
    await visitor.presses("button", "Make the source");
    const [theirs] = (await installation.calls("GET", "/api/v1/admin/sources?limit=1")).items;
    const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(PAYLOAD) };
    const sent = await fetch(theirs.url, post);
    assert.equal(sent.status, 422);
    await visitor.opens(`/admin/sources/${theirs.id}`);
    await page.getByLabel("Where our fields stand").fill(JSON.stringify(MAPPING));
    await visitor.presses("button", "Preview");
    await visitor.reads(/It would be unmatched/);
    await visitor.presses("button", "Save the mapping");
    await visitor.presses("button", /Read it again/);
    await visitor.reads("The payload was read again.");
    assert.ok((await payloads(installation, theirs)).some((one) => one.outcome === "unmatched"));
  },
});
