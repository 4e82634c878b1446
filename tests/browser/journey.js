// A journey is walked four times: on a phone and at a desk, with script and without.

import { after, before, describe, test } from "node:test";
import { Installation } from "./installation.js";
import { Visitor, browser } from "./visitor.js";

/** Journeys through one installation, in one browser. `scripts`: with script, without; `env`: settings of the installation. */
export function journeys(name, walks, { scripts = [true, false], widths = [390, 1280], env = {} } = {}) {
  describe(name, () => {
    let installation, chromium;
    before(async () => {
      [installation, chromium] = await Promise.all([Installation.opens(env), browser()]);
    });
    after(async () => {
      await chromium?.close();
      await installation?.closes();
    });
    for (const [what, walk] of Object.entries(walks)) {
      for (const width of widths) {
        for (const script of scripts) {
          test(`${what}, at ${width} px ${script ? "with" : "without"} script`, async () => {
            const how = { width, script };
            const visitor = await Visitor.comes(chromium, installation, how);
            try {
              await walk({ installation, visitor, browser: chromium, how });
            } finally {
              await visitor.leaves();
            }
          });
        }
      }
    }
  });
}
