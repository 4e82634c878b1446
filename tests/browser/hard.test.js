// Texts that are hard to hold, small screens, and paper.

import assert from "node:assert/strict";
import { journeys } from "./journey.js";

const REASON = { rejection_reason: `Called. ${"x".repeat(400)}`, rejection_code: "bad_contact" };
const WORD = "Donaudampfschifffahrtsgesellschaft".repeat(6).slice(0, 200);
const LEAD = {
  contact_name: WORD,
  contact_email: `${"e".repeat(63)}@example.org`,
  form_data: { details: WORD, [`q${WORD}`]: `${WORD} 12`, roof: "Tile" },
};
const OTHER = { contact_email: `${"f".repeat(63)}@example.org` };
const HEBREW = "\u05d3\u05dc\u05d9\u05e4\u05d4 \u05d2\u05d3\u05d5\u05dc\u05d4 \u05de\u05e2\u05dc \u05d4\u05de\u05d8\u05d1\u05d7 ".repeat(4).trim();

/** Where the first lead's name is, and where what is fixed at the foot begins. */
const firstLead = (page) =>
  page.evaluate(() => {
    const name = document.querySelector(".row .who a").getBoundingClientRect();
    const bar = document.querySelector(".bar").getBoundingClientRect();
    return { bottom: name.bottom, foot: bar.height ? bar.top : innerHeight };
  });

journeys(
  "hard to hold",
  {
    async "long words, in every page and table"({ installation, visitor }) {
      const person = await installation.person();
      const [one, other] = [await installation.sends(person, LEAD), await installation.sends(person, { ...LEAD, ...OTHER })];
      await installation.calls("POST", `/api/v1/provider/leads/${one}/attempts`, { kind: "call", at: new Date().toISOString(), result: "other", note: "n".repeat(500) }, person.token);
      await installation.calls("POST", `/api/v1/provider/leads/${one}/reject`, REASON, person.token);
      await installation.calls("POST", `/api/v1/admin/providers/${person.id}/credits`, { amount: 5, note: "c".repeat(400) });
      await installation.calls("POST", `/api/v1/admin/providers/${person.id}/credits`, { amount: 9_999_999 });
      await visitor.signsIn(person);
      for (const path of ["/leads", "/leads?status=rejected", `/leads/${one}`, `/leads/${other}`, `/leads/${other}/reject`, "/money"]) await visitor.opens(path);
      await visitor.opens(`/leads?search=${"e".repeat(60)}`);
      await visitor.opens("/exports?search=" + "e".repeat(60));
      await visitor.presses("button", "Start export");
      await visitor.context.clearCookies();
      await visitor.signsIn(installation.operator);
      for (const path of ["/admin/leads", `/admin/leads/${one}`, "/admin/returns"]) await visitor.opens(path);
    },

    async "what is written from right to left begins at its right"({ installation, visitor }) {
      const person = await installation.person();
      const lead = await installation.sends(person, { contact_name: "\u05d3\u05e0\u05d4 \u05dc\u05d5\u05d9", form_data: { details: HEBREW } });
      await visitor.signsIn(person);
      const need = visitor.page.locator(".row .need");
      assert.equal(await need.evaluate((element) => getComputedStyle(element).direction), "rtl");
      // Its first letter is within the row, at the right.
      const inside = await need.evaluate((element) => {
        const range = document.createRange();
        range.setStart(element.firstChild, 0);
        range.setEnd(element.firstChild, 1);
        const [letter, box] = [range.getBoundingClientRect(), element.getBoundingClientRect()];
        return letter.width > 0 && letter.left >= box.left && letter.right <= box.right + 1 && letter.right > box.left + box.width * 0.9;
      });
      assert.ok(inside, "its beginning is seen");
      await visitor.opens(`/leads/${lead}`);
    },

    async "at 200 % zoom the first lead is seen at once"({ installation, visitor }) {
      const person = await installation.person();
      for (const name of ["Bo Lind", "Cy Ng", "Ana Ruiz"]) await installation.sends(person, { contact_name: name });
      await visitor.signsIn(person);
      for (const [width, height] of [[640, 400], [640, 450], [512, 384], [960, 540]]) {
        await visitor.page.setViewportSize({ width, height });
        const { bottom, foot } = await firstLead(visitor.page);
        assert.ok(bottom <= foot, `at ${width} by ${height}: it ends at ${bottom}, of ${foot}`);
      }
    },

    async "on paper the list is a list, and what can't be pressed is left out"({ installation, visitor }) {
      const person = await installation.person();
      await installation.sends(person);
      await visitor.signsIn(person);
      await visitor.page.emulateMedia({ media: "print", colorScheme: "dark" });
      const on = (selector, what) => visitor.page.locator(selector).first().evaluate(what);
      for (const width of [700, 1050]) {
        await visitor.page.setViewportSize({ width, height: 900 });
        // Each fact stands apart from the one before it.
        const facts = await on(".row .facts", (facts) => [...facts.children].map((fact) => fact.getBoundingClientRect()).map(({ left, right, top }) => ({ left, right, top })));
        for (const [n, { left, top }] of facts.entries()) {
          if (n > 0 && Math.abs(top - facts[n - 1].top) < 8) assert.ok(left - facts[n - 1].right > 8, `${JSON.stringify(facts)} at ${width} px`);
        }
        // Who has it is told from who could: browsers leave grounds out on paper unless they are asked not to.
        assert.equal(await on(".dots i.on", (dot) => getComputedStyle(dot).printColorAdjust), "exact");
        const paper = await visitor.page.evaluate(() => document.querySelector("main").innerText);
        assert.match(paper, /Active/);
        for (const control of ["Accepted", "Search", "Select several", "Export these", "next, previous"]) assert.ok(!paper.includes(control), `${control}: ${paper}`);
      }
      await visitor.page.emulateMedia({ media: null, colorScheme: "light" });
      await visitor.opens("/exports");
      await visitor.page.emulateMedia({ media: "print" });
      assert.ok(!(await visitor.page.evaluate(() => document.querySelector("main").innerText)).includes("New export"));
      await visitor.page.emulateMedia({ media: null });
    },

    async "in the reader's own colours what is taken and where one is can be told"({ installation, visitor }) {
      const person = await installation.person();
      await installation.sends(person);
      await visitor.signsIn(person);
      await visitor.page.emulateMedia({ forcedColors: "active" });
      const told = await visitor.page.evaluate(() => {
        const style = (selector) => getComputedStyle(document.querySelector(selector));
        return [
          [style(".dots i.on").backgroundColor, style(".dots i:not(.on)").backgroundColor],
          [style(".tabs a[aria-current]").borderBottomColor, style(".tabs a:not([aria-current])").borderBottomColor],
        ];
      });
      for (const [one, other] of told) assert.notEqual(one, other);
      await visitor.page.emulateMedia({ forcedColors: "none" });
    },

    async "a text of twice the size is still read on a phone"({ installation, visitor, browser }) {
      const person = await installation.person();
      const lead = await installation.sends(person);
      await installation.calls("POST", `/api/v1/admin/providers/${person.id}/credits`, { amount: 9_999_999 });
      await visitor.signsIn(person);
      const context = await browser.newContext({ viewport: { width: 390, height: 844 }, bypassCSP: true, storageState: await visitor.context.storageState() });
      const page = await context.newPage();
      for (const path of ["/leads", "/leads?page=1", `/leads/${lead}`, `/leads/${lead}/reject`, "/money", "/exports", "/preferences", "/account"]) {
        await page.goto(installation.url + path);
        await page.addStyleTag({ content: "html{font-size:200%}" });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(over <= 0, `${path} is ${over} px too wide`);
        const cut = await page.evaluate(() => [...document.querySelectorAll(".figure,button,.b")].filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth).map((one) => one.textContent));
        assert.deepEqual(cut, [], `${path}: nothing is cut`);
      }
      await context.close();
    },

    async "on paper a lead is all that is needed on the roof"({ installation, visitor }) {
      const person = await installation.person();
      const lead = await installation.sends(person, { contact_phone: "+13035550142", form_data: { project_type: "Repair a leak", address: "3914 Quivas St", city: "Denver" } });
      await installation.calls("POST", `/api/v1/provider/leads/${lead}/attempts`, { kind: "call", at: new Date().toISOString(), result: "no_answer", note: "ring at the back" }, person.token);
      await visitor.signsIn(person);
      await visitor.opens(`/leads/${lead}`);
      for (const width of [700, 1050]) {
        await visitor.page.setViewportSize({ width, height: 900 });
        await visitor.page.emulateMedia({ media: "print", colorScheme: "dark" });
        const paper = await visitor.page.evaluate(() => document.body.innerText);
        const { contact_email } = await installation.calls("GET", `/api/v1/provider/leads/${lead}`, undefined, person.token);
        for (const said of ["Ana Ruiz", "(303) 555-0142", contact_email, "Denver 80203", "3914 Quivas St", "Repair a leak", "ring at the back", "$48.00", `/leads/${lead}`]) {
          assert.ok(paper.includes(said), `${said} at ${width} px: ${paper}`);
        }
        for (const control of ["Accept", "Search", "Note it", "Preferences", "Next active lead"]) assert.ok(!paper.includes(control), `${control}: ${paper}`);
        const [ink, ground] = await visitor.page.evaluate(() => [getComputedStyle(document.querySelector("dd")).color, getComputedStyle(document.body).backgroundColor]);
        assert.deepEqual([ink, ground], ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]);
        const wide = await visitor.page.evaluate(() => document.querySelector("main").getBoundingClientRect().width / innerWidth);
        assert.ok(wide > 0.9, `the lead takes ${wide} of the sheet`);
        await visitor.page.emulateMedia({ media: null, colorScheme: "light" });
      }
    },
  },
  { scripts: [true], widths: [1280] },
);
