// A journey is walked four times: on a phone and at a desk, with script and without.

import { after, before, describe, test } from "node:test";
import { House } from "./house.js";
import { Visitor, browser } from "./visitor.js";

/** Journeys through one house, in one browser. */
export function journeys(name, walks) {
  describe(name, () => {
    let house, chromium;
    before(async () => {
      [house, chromium] = await Promise.all([House.opens(), browser()]);
    });
    after(async () => {
      await chromium?.close();
      await house?.closes();
    });
    for (const [what, walk] of Object.entries(walks)) {
      for (const width of [390, 1280]) {
        for (const script of [true, false]) {
          test(`${what}, at ${width} px ${script ? "with" : "without"} script`, async () => {
            const visitor = await Visitor.comes(chromium, house, { width, script });
            try {
              await walk({ house, visitor });
            } finally {
              await visitor.leaves();
            }
          });
        }
      }
    }
  });
}
