// A journey is walked four times: on a phone and at a desk, with script and without.

import { after, before, describe, test } from "node:test";
import { House } from "./house.js";
import { Visitor, browser } from "./visitor.js";

/** Journeys through one house, in one browser. `scripts`: with script, without; `env`: settings of the house. */
export function journeys(name, walks, { scripts = [true, false], widths = [390, 1280], env = {} } = {}) {
  describe(name, () => {
    let house, chromium;
    before(async () => {
      [house, chromium] = await Promise.all([House.opens(env), browser()]);
    });
    after(async () => {
      await chromium?.close();
      await house?.closes();
    });
    for (const [what, walk] of Object.entries(walks)) {
      for (const width of widths) {
        for (const script of scripts) {
          test(`${what}, at ${width} px ${script ? "with" : "without"} script`, async () => {
            const how = { width, script };
            const visitor = await Visitor.comes(chromium, house, how);
            try {
              await walk({ house, visitor, browser: chromium, how });
            } finally {
              await visitor.leaves();
            }
          });
        }
      }
    }
  });
}
