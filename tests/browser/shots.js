// Pictures of the main pages, for looking at and for the README: `npm run shots`, or `node shots.js --whole` for whole pages
// instead of what is seen first. They go to target/portal-shots, PAGE-WIDTH-SCHEME.png.

import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Installation } from "./installation.js";
import { Visitor, browser } from "./visitor.js";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "target", "portal-shots");
const fullPage = process.argv.includes("--whole");

/** By name, how to come there; each goes on from where the one before it came to. */
const PAGES = {
  "sign-in": (visitor) => visitor.opens("/sign-in"),
  inbox: (visitor, person) => visitor.signsIn(person),
  async lead(visitor) {
    await visitor.opens("/leads?status=active");
    await visitor.opens(await visitor.page.locator(".row .who a").nth(1).getAttribute("href"));
  },
  reject: (visitor) => visitor.opens(`${visitor.at}/reject`),
  money: (visitor) => visitor.opens("/money"),
  exports: (visitor) => visitor.opens("/exports"),
  preferences: (visitor) => visitor.opens("/preferences"),
  account: (visitor) => visitor.opens("/account"),
};

const [installation, chromium] = await Promise.all([Installation.opens(), browser()]);
try {
  await mkdir(folder, { recursive: true });
  for (const width of [390, 1024, 1280]) {
    for (const scheme of ["light", "dark"]) {
      const visitor = await Visitor.comes(chromium, installation, { width, scheme, critical: false });
      for (const [name, goes] of Object.entries(PAGES)) {
        await goes(visitor, installation.regular);
        await visitor.page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`), fullPage });
      }
      await visitor.leaves();
    }
  }
} finally {
  await chromium.close();
  await installation.closes();
}
console.log(`The pictures are in ${folder}`);
