// That a visitor notices what is wrong with a page: one fault each, and a page without any.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { Visitor, browser } from "./visitor.js";

const policy = "default-src 'self'; style-src 'self'";
const page = (main, head = "") =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title><link rel="icon" href="/icon.svg">${head}</head><body><main><h1>A page</h1>${main}</main></body></html>`;
const style = (css) => page('<p class="odd">Words</p>', `<link rel="stylesheet" href="/style.css?${encodeURIComponent(css)}">`);

const FAULTS = [
  ["a field without a label", page("<input name=x>"), /axe, light: label/],
  ["light grey on white", style(".odd{color:#ccc;background:#fff}"), /axe, light: color-contrast/],
  ["dark grey, in the dark only", style("@media(prefers-color-scheme:dark){.odd{color:#333;background:#000}}"), /axe, dark: color-contrast/],
  ["wider than the screen", style(".odd{width:3000px}"), /px too wide/],
  ["a scrollbar that nobody needs", style(".odd{overflow-x:auto;height:1rem;line-height:2rem}"), /has a scrollbar in p\.odd/],
  ["money in two lines", page('<p class="figure odd">$10,000,188.00</p>', '<link rel="stylesheet" href="/style.css?.odd{width:4rem;overflow-wrap:anywhere}">'), /breaks p\.figure/],
  ["too wide on a phone only", style(".odd{min-width:700px}"), /at 640 px is \d+ px too wide/],
  ["heavy", page(`<p>${"word ".repeat(12_000)}</p>`), /weighs 6\d{4} bytes/],
  ["style in the page", page("<p style='color:red'>Words</p>"), /policy|console/],
  ["something of another host", page("<img alt='' src='http://127.0.0.2:9/x.png'>"), /asked for http:\/\/127\.0\.0\.2/],
  ["something that is not there", page("<img alt='' src='/nothing.png'>"), /nothing\.png answered 404/],
  ["a script that fails", page("<p>Words</p>", "<script src='/fails.js' defer></script>"), /script: Error: it fails/],
];

describe("a visitor", () => {
  let server, chromium, installation, html;
  before(async () => {
    server = createServer((request, response) => {
      const { pathname, search } = new URL(request.url, "http://host");
      const found = {
        "/": ["text/html", html],
        "/style.css": ["text/css", decodeURIComponent(search.slice(1))],
        "/fails.js": ["text/javascript", "throw new Error('it fails')"],
        "/icon.svg": ["image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>"],
      }[pathname];
      response.writeHead(found ? 200 : 404, { "content-type": found?.[0] ?? "text/plain", "content-security-policy": policy });
      response.end(found?.[1]);
    });
    await new Promise((done) => server.listen(0, "127.0.0.1", done));
    installation = { url: `http://127.0.0.1:${server.address().port}` };
    chromium = await browser();
  });
  after(async () => {
    await chromium?.close();
    server?.close();
    server?.closeAllConnections();
  });

  for (const script of [true, false]) {
    const opens = async (page) => {
      html = page;
      const visitor = await Visitor.comes(chromium, installation, { script });
      await visitor.opens("/").finally(() => visitor.leaves());
    };
    const how = script ? "with script" : "without script";
    test(`finds nothing where nothing is wrong, ${how}`, () => opens(page("<p>Words</p>")));
    for (const [fault, page, said] of FAULTS.filter(([fault]) => script || !["a script that fails", "too wide on a phone only"].includes(fault))) {
      test(`notices ${fault}, ${how}`, () => assert.rejects(opens(page), said));
    }
  }
});
