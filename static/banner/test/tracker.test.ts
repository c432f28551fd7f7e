import assert from "node:assert/strict";
import { test } from "node:test";
import { classOf, followed } from "../src/material/material";
import { route } from "../src/hash/route";

const routes: [string, string, string][] = [
  ["/vacatures", "", "/vacatures"],
  ["/", "#/jobs/3", "/jobs/3"],
  ["/", "#!/jobs", "/jobs"],
  ["/", "#/", "/"],
  ["/app/", "#/jobs", "/app/jobs"],
  ["/app/index.html", "#/jobs", "/app/jobs"],
  ["/", "#///evil.example/a", "/evil.example/a"],
  ["/", "#/jobs?token=secret", "/jobs"],
  ["/", "#/jobs#part", "/jobs"],
  ["/", "#/jobs;session=secret", "/jobs"],
  ["/", "#/jobs&token=secret", "/jobs"],
  ["/", "#/access_token=secret&state=x", "/access_token"],
  ["/page", "#access_token=secret", "/page"],
  ["/page", "#part", "/page"],
  ["/page", "#", "/page"],
];
for (const [pathname, hash, path] of routes) {
  test(`${pathname}${hash} is by fragments the page ${path}`, () =>
    assert.equal(route({ pathname, hash }), path));
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
const SITE = { downloads: "pdf", outbound: 1 } as const;
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
  const off = { downloads: "" };
  for (const href of ["https://ander.nl/", "https://site.nl/gids.pdf"]) {
    assert.ok(!followed(new URL(href), off, HOSTS));
  }
});
