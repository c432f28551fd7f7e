// The gateway over HTTP. Bodies go as text/plain, which spares every visitor a CORS preflight; the
// referrer is cut to the origin, so that no page address travels in a header.

export type Gate = (path: string, options?: RequestInit, body?: object) => Promise<Response>;

export const gateOf =
  (base: string): Gate =>
  // A page's own `fetch` may throw where the browser's would be rejected.
  async (path, options, body) =>
    fetch(base + path, {
      credentials: "include",
      referrerPolicy: "origin",
      ...(body && { method: "POST", body: JSON.stringify(body) }),
      ...options,
    });
