"use strict";
// Everything works without this; it only makes it quicker. It writes no text of a lead's: pages come from the server.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const csrf = () => $("input[name=csrf]")?.value;

  // What a server's refusal wants looked at first.
  $("[autofocus]")?.focus();

  // Single keys; off by the person's choice, in fields, and with modifiers.
  const rows = all(".row .who a");
  const row = () => document.activeElement?.closest?.(".row");
  const current = () => rows.indexOf(row() && $(".who a", row()));
  const move = (by) => {
    const next = $("a[rel=next]");
    if (!rows.length) return by > 0 && next ? next.click() : history.length > 1 && by < 0 && history.back();
    const to = rows[Math.min(Math.max(current() + by, 0), rows.length - 1)];
    to.focus();
    to.closest(".row").scrollIntoView({ block: "nearest" });
  };
  const post = (action, fields) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action, hidden: true });
    for (const [name, value] of [["csrf", csrf()], ...fields]) {
      form.append(Object.assign(document.createElement("input"), { name, value }));
    }
    document.body.append(form);
    form.submit();
  };
  const undecided = () => $("input[name=lead]", row() ?? document.createElement("p"));
  // What is ticked goes before what is in focus, and is asked about first: the server's page does.
  const ticked = () => all("#list input[name=lead]:checked").map((box) => ["lead", box.value]);
  const decide = (key, together, alone) => {
    const [button, leads] = [$(`[data-key=${key}]`), ticked()];
    if (button) return button.click();
    if (leads.length) return post("/leads/bulk", [...together, ...leads]);
    if (undecided()) alone(rows[current()].pathname);
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    x: () => undecided()?.click(),
    a: () => decide("a", [["action", "accept"], ["ask", "yes"]], (path) => post(`${path}/accept`, [["from", "inbox"]])),
    r: () => decide("r", [["action", "reject"]], (path) => location.assign(`${path}/reject`)),
    c: () => $("[data-attempt=call]")?.click(),
    n: () => {
      const note = $("#note");
      if (note) note.open = true;
      $("#kind")?.focus();
    },
    u: () => $("a[rel=up]")?.click(),
    "/": () => {
      const search = $("#search");
      if (search) search.closest("details").open = true;
      search?.focus();
    },
    "?": () => $(".keys")?.scrollIntoView({ block: "center" }),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=checkbox]),textarea,select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.keys === "off") return;
    const act = keys[event.key];
    // A key that is held goes on in the list, and decides nothing twice.
    if (!act || (event.repeat && !"jk".includes(event.key))) return;
    event.preventDefault();
    act();
  });

  // A second press while the first is under way is none: its answer would be that nothing was changed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
  addEventListener("pageshow", () => all("[data-sent]").forEach((form) => delete form.dataset.sent));

  // How many characters were written.
  all("[data-count]").forEach((field) => {
    const shown = $("[data-counted]", field.parentElement);
    field.addEventListener("input", () => {
      shown.textContent = `${[...field.value.trim()].length} of ${field.dataset.count}`;
    });
  });

  // A filter that is chosen is applied.
  $("form[role=search]")?.addEventListener("change", (event) => {
    if (event.target.matches("select") && matchMedia("(min-width:80rem)").matches) event.currentTarget.requestSubmit();
  });

  // A tap on Call is an attempt: noted while the phone dials, once for each way, and again while we are away for a moment.
  const noted = new Set();
  const note = async (kind, pause = 1000) => {
    const body = new URLSearchParams({ csrf: csrf(), kind, result: "other" });
    const path = location.pathname.match(/^\/leads\/[^/]+/)[0];
    const answer = await fetch(`${path}/attempts`, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => null);
    if (answer?.type === "opaqueredirect") return;
    if ((!answer || answer.status >= 500) && pause < 60000) return setTimeout(note, pause, kind, pause * 2);
    noted.delete(kind);
  };
  all("[data-attempt]").forEach((link) =>
    link.addEventListener("click", () => {
      const kind = link.dataset.attempt;
      if (noted.has(kind)) return;
      noted.add(kind);
      note(kind);
    }),
  );

  // What is left, each minute; the words are the server's (portal/words.rs).
  const short = (seconds) => {
    const [d, h, m] = [Math.floor(seconds / 86400), Math.floor((seconds % 86400) / 3600), Math.floor((seconds % 3600) / 60)];
    if (seconds <= 0) return "closed";
    if (d) return h ? `${d} d ${h} h` : `${d} d`;
    if (h) return h < 3 && m ? `${h} h ${m} min` : `${h} h`;
    return `${Math.max(m, 1)} min`;
  };
  const left = all(".left time");
  if (left.length) {
    setInterval(() => left.forEach((time) => {
      time.textContent = short((Date.parse(time.dateTime) - Date.now()) / 1000);
    }), 60000);
  }

  // New leads are announced, and shown when they are asked for: rows never move under a thumb. A browser gives an EventSource
  // up for good on any HTTP error (a proxy while we restart), so coming back is ours: after a pause that grows, from the last
  // event that was told. Nor does it notice that its line is dead: the stream gives a sign of life every 10 s, and without
  // one it is opened anew.
  const live = $("#live[data-live]");
  if (live && "EventSource" in window) {
    const [FIRST, MOST, LASTING, SILENT, DEAD, PATIENCE] = [1000, 60000, 30000, 2000, 25000, 10000];
    const title = document.title;
    let [fresh, away, over] = [0, false, false];
    let [last, source, timer, alarm, watch, opened, pause] = [live.dataset.live, null, 0, 0, 0, 0, FIRST];
    const tell = (text, href, label) => {
      const said = document.createElement("p");
      said.append(text);
      if (href) said.append(Object.assign(document.createElement("a"), { href, textContent: label }));
      live.append(said);
    };
    const show = (ended) => {
      live.replaceChildren();
      if (fresh) tell(`${fresh} new ${fresh === 1 ? "lead" : "leads"}. `, "/leads", "Show");
      if (ended) tell("You were signed out. ", "/sign-in?next=%2Fleads", "Sign in");
      else if (away) tell("Not connected: new leads are not shown as they come. Trying again.");
      live.className = live.childElementCount ? "banner news" : "";
      document.title = fresh ? `(${fresh}) ${title}` : title;
    };
    const stop = () => {
      source?.close();
      source = null;
      [timer, alarm, watch].forEach(clearTimeout);
    };
    const end = (said) => {
      over = true;
      stop();
      if (said) show(true);
    };
    const lost = () => {
      source?.close();
      source = null;
      clearTimeout(watch);
      if (Date.now() - opened > LASTING) pause = FIRST;
      // A short break is nobody's concern.
      if (!away) {
        clearTimeout(alarm);
        alarm = setTimeout(() => {
          away = true;
          show();
        }, SILENT);
      }
      clearTimeout(timer);
      timer = setTimeout(open, pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, MOST);
    };
    const open = async () => {
      // An EventSource does not say why it fails; this does.
      const asked = () => fetch("/api/v1/provider/me", { signal: AbortSignal.timeout?.(PATIENCE) });
      const answer = opened ? await asked().catch(() => null) : { ok: true };
      if (over || source) return;
      if (answer?.status === 401 || answer?.status === 403) return end(true);
      if (!answer?.ok) return lost();
      source = new EventSource(`/api/v1/provider/events?last_event_id=${last}`);
      opened = Date.now();
      const alive = () => {
        clearTimeout(watch);
        watch = setTimeout(lost, DEAD);
      };
      alive();
      source.addEventListener("alive", alive);
      source.addEventListener("open", () => {
        alive();
        clearTimeout(alarm);
        if (!away) return;
        away = false;
        show();
      });
      source.addEventListener("error", lost);
      const heard = (event) => {
        alive();
        last = event.lastEventId || last;
      };
      source.addEventListener("lead.changed", heard);
      source.addEventListener("lead.assigned", (event) => {
        heard(event);
        const { lead_id: lead } = JSON.parse(event.data);
        // It came while the page was made.
        if ($(`a[href="/leads/${lead}"]`)) return;
        fresh += 1;
        show();
      });
      // Too much happened, or too long ago, to be told one by one.
      source.addEventListener("reset", (event) => {
        heard(event);
        tell("There may be new leads. ", "/leads", "Show");
        live.className = "banner news";
      });
      // Ten pages are told at once; the first gives its place to the eleventh.
      source.addEventListener("replaced", () => end(false));
      source.addEventListener("ended", () => end(true));
    };
    const again = () => {
      if (over || source) return;
      clearTimeout(timer);
      pause = FIRST;
      open();
    };
    addEventListener("online", again);
    // Asleep, a page hears nothing and no time passes: its line may be dead, whatever it looks like.
    addEventListener("offline", () => over || lost());
    addEventListener("pagehide", stop);
    // Kept by the browser while another page was shown.
    addEventListener("pageshow", (event) => event.persisted && again());
    open();
  }
})();
