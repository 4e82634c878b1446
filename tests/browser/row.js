// How long it takes from sending a lead until an inbox that is open says so, and until its row is there when it is asked for.
//
//     npm ci && LEADHOUSE=../../target/release/leadhouse npm run row

import { Installation } from "./installation.js";
import { Visitor, browser } from "./visitor.js";

const LEADS = 30;

const [installation, chromium] = await Promise.all([Installation.opens(), browser()]);
const visitor = await Visitor.comes(chromium, installation, { width: 390, critical: false });
const person = await installation.person({ credit: 48 * LEADS });
const heard = () => visitor.page.waitForResponse((response) => response.url().includes("/api/v1/provider/events"));
const [said, shown] = [[], []];
let stream = heard();
await visitor.signsIn(person);
for (let n = 0; n < LEADS; n += 1) {
  await stream;
  const sent = performance.now();
  const lead = await installation.sends(person);
  await visitor.page.getByRole("link", { name: "Show", exact: true }).waitFor();
  said.push(performance.now() - sent);
  stream = heard();
  await visitor.page.getByRole("link", { name: "Show", exact: true }).click();
  await visitor.page.locator(`.row a[href="/leads/${lead}"]`).waitFor();
  shown.push(performance.now() - sent);
}
const of = (all, share) => Math.round(all.sort((a, b) => a - b)[Math.floor(all.length * share)]);
console.log(`${LEADS} leads, in ms: said p50 ${of(said, 0.5)}, p95 ${of(said, 0.95)}; row there p50 ${of(shown, 0.5)}, p95 ${of(shown, 0.95)}`);
await visitor.leaves();
await chromium.close();
await installation.closes();
