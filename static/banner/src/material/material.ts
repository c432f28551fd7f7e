// What is sent to the site and what is taken from it: that it happened and how often. No name, no
// field and no content is read; of a file only the media type its browser gives it.

export interface MaterialOptions {
  readonly outbound?: 1;
  readonly forms?: 1;
  /** Ends of file names that are downloads, between bars: "pdf|zip". */
  readonly downloads?: string;
}

/** What sites offer to take along, unless they say otherwise: as in gateway/rules/tracker.py. */
const DOWNLOADS = "pdf|doc|docx|odt|rtf|xls|xlsx|ods|csv|ppt|pptx|odp|zip|ics|vcf|epub|mp3|mp4";

/** Nobody is watched while choosing; a dialog's form is sent nowhere. */
const SPARED = "[id^=gw-],[method=dialog i]";

/** The class of a file with this media type. That of a spreadsheet says "document" too. */
export const classOf = (type: string): string =>
  /^image/.test(type)
    ? "image"
    : /sheet|excel|csv/.test(type)
      ? "spreadsheet"
      : /^text|pdf|word|document/.test(type)
        ? "document"
        : "other";

/** As what a press on a link counts; nothing when it is no event. */
export function followed(
  link: Pick<URL, "host" | "pathname" | "origin" | "protocol">,
  { outbound, downloads = DOWNLOADS }: MaterialOptions,
  hosts: readonly string[],
): object | false | undefined {
  const mine = hosts.includes(link.host);
  const file = downloads && RegExp(`\\.(${downloads})$`, "i").test(link.pathname);
  const kind = file ? "download" : !mine && outbound && "outbound";
  // Of another site the host says enough.
  return (
    /^http/.test(link.protocol) &&
    kind && { kind, target: link.origin + (mine ? link.pathname : "") }
  );
}

/** `hosts`: all of this site. A link there leads nowhere else. */
export function material(
  report: (what: object) => void,
  options: MaterialOptions,
  hosts: readonly string[],
): void {
  const press = (event: MouseEvent): void => {
    // The way of the click goes into web components; the middle button opens links as well.
    const link = event.composedPath().find((one) => (one as Element).matches?.("a[href],area[href]"));
    if (!link || event.button > 1 || (link as Element).closest(SPARED)) return;
    const what = followed(link as HTMLAnchorElement, options, hosts);
    if (what) report(what);
  };
  /** Counts the files in inputs of this form; null is for inputs without one. */
  const upload = (form: EventTarget | null, only?: EventTarget | null): void => {
    const counts: Record<string, number> = {};
    // Not by `form.elements`: a field may have that name, or stand outside of the form.
    for (const input of document.querySelectorAll<HTMLInputElement>("[type=file]:enabled")) {
      if (input.form !== form || (only && input !== only)) continue;
      for (const file of input.files ?? []) {
        const type = classOf(file.type);
        counts[type] = (counts[type] ?? 0) + 1;
      }
    }
    for (const type in counts) report({ kind: "upload", type, count: counts[type] });
  };
  const submit = ({ target }: Event): void => {
    if ((target as Element).closest(SPARED)) return;
    report({ kind: "form" });
    upload(target);
  };
  // Heard first: pages may stop an event halfway.
  addEventListener("click", press, true);
  addEventListener("auxclick", press, true);
  if (options.forms) {
    addEventListener("submit", submit, true);
    // Without a form it is sent by script, as soon as something is chosen.
    addEventListener("change", ({ target }) => upload(null, target), true);
  }
}
