// A reverse proxy, as it stands before an installation: it hands everything on, until it is told that the installation is away, or that its
// line is dead.

import { createServer, request } from "node:http";

export class Proxy {
  #server;
  #away = false;
  #dead = false;
  #open = new Set();

  /** Stands before this installation, on a port of its own. */
  static async before(installation) {
    const proxy = new Proxy();
    const { hostname, port } = new URL(installation.url);
    proxy.#server = createServer((asked, answer) => {
      proxy.#open.add(answer);
      answer.once("close", () => proxy.#open.delete(answer));
      // Nobody hears it, and nobody says so.
      if (proxy.#dead) return;
      if (proxy.#away) return void answer.writeHead(502, { "retry-after": "1" }).end("Bad Gateway");
      const onward = request({ hostname, port, path: asked.url, method: asked.method, headers: asked.headers }, (came) => {
        answer.writeHead(came.statusCode, came.headers);
        came.on("data", (bytes) => proxy.#dead || answer.write(bytes));
        came.on("end", () => proxy.#dead || answer.end());
      });
      answer.once("close", () => onward.destroy());
      onward.on("error", () => answer.destroy());
      asked.pipe(onward);
    });
    await new Promise((ready) => proxy.#server.listen(0, "127.0.0.1", ready));
    proxy.url = `http://127.0.0.1:${proxy.#server.address().port}`;
    return proxy;
  }

  /** From now on everything is 502, and what was open is cut. */
  leaves() {
    this.#away = true;
    for (const answer of this.#open) answer.destroy();
  }

  /** From now on nothing goes through, and what is open stays open: a cable is out, a laptop was asleep. */
  dies() {
    this.#dead = true;
  }

  /** For whoever asks from now on. */
  returns() {
    this.#away = false;
    this.#dead = false;
  }

  async closes() {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}
