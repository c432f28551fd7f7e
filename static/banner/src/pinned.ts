// How a page imports that has pinned the core: only what has the digest it had then. A module that
// was preloaded under its digest is the one that is imported; a browser that cannot preload loads
// nothing. What is imported lies beside the core: settings, which are not pinned, name the newest
// release, and its files have other digests. One expression: the gateway puts the digests in. It
// stands in a call, because the build drops a function that nobody calls.

Object((digests: Readonly<Record<string, string>>) => {
  const { src } = document.currentScript as HTMLScriptElement;
  return (address: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const file = address.split("/").pop() as string;
      const integrity = digests[file];
      if (!integrity) throw new Error(`nothing is pinned for ${address}`);
      const { href } = new URL(file, src);
      const link = Object.assign(document.createElement("link"), {
        rel: "modulepreload",
        crossOrigin: "",
        integrity,
        onload: () => resolve(import(href)),
        onerror: reject,
        href,
      });
      document.head.append(link);
    });
});
