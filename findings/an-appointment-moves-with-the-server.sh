#!/usr/bin/env bash
# node-ical 0.26.1, ical 0.8.0, ical.js 2.2.1, ical-expander 3.2.0 (npm), which read iCalendar files.
#
# Guess: a file that has its zone's rules with it (VTIMEZONE), as RFC 5545 wants, means the same moment on each machine; the zone's name is a label.
# Seen: with Outlook's name for a zone of its own, "Customized Time Zone", 9:00 in New York is 14:00 UTC by node-ical and ical.js, and 9:00 of the
# server that reads it by ical and ical-expander: 9:00 UTC on one in UTC, 17:00 UTC on one in Los Angeles. ical-expander knows "America/New_York"
# by name and is right there; ical goes by the server with that too.
# Calls that a lead agrees to by an invitation are reminded of hours early or late, by ical-expander only with some senders; a developer in New
# York sees nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"finding","private":true}' >package.json
npm install --no-audit --no-fund --loglevel=error node-ical@0.26.1 ical@0.8.0 ical.js@2.2.1 ical-expander@3.2.0 >/dev/null
cat >read.mjs <<'JS'
import ICAL from "ical.js";
import ical from "ical";
import Expander from "ical-expander";
import nodeIcal from "node-ical";

const file = (zone) =>
  `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//calls//EN
BEGIN:VTIMEZONE
TZID:${zone}
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:1@leads.example.com
DTSTAMP:20261130T000000Z
DTSTART;TZID=${zone}:20261201T090000
SUMMARY:Call about the roof
END:VEVENT
END:VCALENDAR
`.replaceAll("\n", "\r\n");
const event = (parsed) => Object.values(parsed).find((part) => part.type === "VEVENT");
const readers = {
  "node-ical": (text) => event(nodeIcal.sync.parseICS(text)).start,
  "ical.js": (text) => new ICAL.Event(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent")).startDate.toJSDate(),
  "ical-expander": (text) => new Expander({ ics: text }).all().events[0].startDate.toJSDate(),
  ical: (text) => event(ical.parseICS(text)).start,
};
for (const zone of ["Customized Time Zone", "America/New_York"]) {
  const seen = Object.entries(readers).map(([name, read]) => `${name} ${new Date(read(file(zone))).toISOString().slice(11, 16)}`);
  console.log(`${zone}: ${seen.join(", ")}`);
}
JS
TZ=UTC node read.mjs | tee in-utc
TZ=America/Los_Angeles node read.mjs | tee in-los-angeles
cmp in-utc - <<'SEEN'
Customized Time Zone: node-ical 14:00, ical.js 14:00, ical-expander 09:00, ical 09:00
America/New_York: node-ical 14:00, ical.js 14:00, ical-expander 14:00, ical 09:00
SEEN
cmp in-los-angeles - <<'SEEN'
Customized Time Zone: node-ical 14:00, ical.js 14:00, ical-expander 17:00, ical 17:00
America/New_York: node-ical 14:00, ical.js 14:00, ical-expander 14:00, ical 17:00
SEEN
echo "as stated"
