import assert from "node:assert/strict";
import { test } from "node:test";
import { classOf, followed } from "../src/material/material";
import { route } from "../src/tracker/route";

const routes: [string, string, 1 | undefined, string][] = [
  ["/vacatures", "", undefined, "/vacatures"],
  ["/vacatures", "#/jobs", undefined, "/vacatures"],
  ["/", "#/jobs/3", 1, "/jobs/3"],
  ["/", "#!/jobs", 1, "/jobs"],
  ["/", "#/", 1, "/"],
  ["/app/", "#/jobs", 1, "/app/jobs"],
  ["/app/index.html", "#/jobs", 1, "/app/jobs"],
  ["/", "#///evil.example/a", 1, "/evil.example/a"],
  ["/", "#/jobs?token=secret", 1, "/jobs"],
  ["/", "#/jobs#part", 1, "/jobs"],
  ["/", "#/jobs;session=secret", 1, "/jobs"],
  ["/", "#/jobs&token=secret", 1, "/jobs"],
  ["/", "#/access_token=secret&state=x", 1, "/access_token"],
  ["/page", "#access_token=secret", 1, "/page"],
  ["/page", "#part", 1, "/page"],
  ["/page", "#", 1, "/page"],
];
for (const [pathname, hash, hashed, path] of routes) {
  test(`${pathname}${hash} ${hashed ? "by fragments " : ""}is the page ${path}`, () =>
    assert.equal(route({ pathname, hash }, hashed), path));
}

const OFFICE = "application/vnd.openxmlformats-officedocument";
const classes: [string, string][] = [
  ["application/pdf", "document"],
  ["application/msword", "document"],
  [`${OFFICE}.wordprocessingml.document`, "document"],
  [`${OFFICE}.presentationml.presentation`, "document"],
  ["application/vnd.oasis.opendocument.text", "document"],
  ["text/plain", "document"],
  ["text/csv", "spreadsheet"],
  ["application/vnd.ms-excel", "spreadsheet"],
  [`${OFFICE}.spreadsheetml.sheet`, "spreadsheet"],
  ["application/vnd.oasis.opendocument.spreadsheet", "spreadsheet"],
  ["image/heic", "image"],
  ["video/mp4", "other"],
  ["application/zip", "other"],
  ["", "other"],
];
for (const [type, found] of classes) {
  test(`a file of type "${type}" is ${found}`, () => assert.equal(classOf(type), found));
}

const HOSTS = ["site.nl", "site.be:8443"];
const SITE = { downloads: ["pdf"], outbound: 1 } as const;
const links: [string, string | undefined, string | undefined][] = [
  ["https://ander.nl/pad?geheim=1", "outbound", "https://ander.nl"],
  ["http://sub.site.nl/", "outbound", "http://sub.site.nl"],
  ["https://jan:x@ander.nl/", "outbound", "https://ander.nl"],
  ["https://site.nl/gids.pdf?geheim=1#x", "download", "https://site.nl/gids.pdf"],
  ["https://site.nl/GIDS.PDF", "download", "https://site.nl/GIDS.PDF"],
  ["https://ander.nl/dossier.pdf", "download", "https://ander.nl"],
  ["https://site.nl/over-ons", undefined, undefined],
  ["https://site.be:8443/over-ons", undefined, undefined],
  ["https://site.nl/pdf", undefined, undefined],
  ["https://site.nl/lijst?file=x.pdf", undefined, undefined],
  ["mailto:jan@ander.nl", undefined, undefined],
  ["tel:+31612345678", undefined, undefined],
  ["javascript:void 0", undefined, undefined],
  ["ftp://ander.nl/x.pdf", undefined, undefined],
  ["blob:https://site.nl/x.pdf", undefined, undefined],
];
for (const [href, kind, target] of links) {
  test(`a link to ${href} counts as ${kind ?? "nothing"}`, () =>
    assert.deepEqual(followed(new URL(href), SITE, HOSTS) || undefined, kind && { kind, target }));
}

test("what the site turned off counts as nothing", () => {
  const off = { downloads: [] };
  for (const href of ["https://ander.nl/", "https://site.nl/gids.pdf"]) {
    assert.ok(!followed(new URL(href), off, HOSTS));
  }
});
