// Waiting for what will be: asked again and again, given up when it takes too long.

import { setImmediate } from "node:timers/promises";

const PATIENCE = 30_000;

/** What `ask` answers as soon as it answers anything. */
export async function until(what, ask) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await setImmediate();
  }
}
