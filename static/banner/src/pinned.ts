// How a page imports that has pinned the core: only what has the digest it had then. A module that
// was preloaded under its digest is the one that is imported; a browser that cannot preload loads
// nothing. One expression: the gateway puts the digests in. It stands in a call, because the build
// drops a function that nobody calls.

Object((digests: Readonly<Record<string, string>>) =>
  (address: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const integrity = digests[address.split("/").pop() as string];
      if (!integrity) throw new Error(`nothing is pinned for ${address}`);
      const link = Object.assign(document.createElement("link"), {
        rel: "modulepreload",
        crossOrigin: "",
        integrity,
        onload: () => resolve(import(address)),
        onerror: reject,
        href: address,
      });
      document.head.append(link);
    }));
