// `node build.mjs [FOLDER]` builds the core and the chunks that it loads, one file each;
// `node build.mjs --tests [FOLDER]` bundles the tests, which node 20 cannot run as TypeScript.

import { access, copyFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { minify } from "terser";

const here = dirname(fileURLToPath(import.meta.url));
const committed = join(here, "../../gateway/web/assets/banner");
// The oldest ones with adoptedStyleSheets, <dialog> and :is(). CSS nesting is newer: written out.
const browsers = ["chrome100", "firefox101", "safari16.4"];

// Names that only our own parts say to each other, and nobody by a string: written short in what is
// built. No name of the platform, of a message or of the page's API may be among them.
const INTERNAL = [
  ...["allows", "ask", "busy", "choice", "chunk", "clear", "closed", "corner", "counted", "decide", "due"],
  ...["gate", "heed", "hold", "follow", "mentions", "part", "parts", "read", "record", "redeem"],
  ...["put", "reopen", "report", "settings", "settle", "routed", "show", "since", "stage", "standing", "sync"],
  ...["take", "ticked", "differs"],
  ...["summary", "told", "visits", "keepClear", "signals", "direction", "decode"],
];

const css = {
  name: "css",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const { code } = await transform(text, { loader: "css", minify: true, target: browsers });
      // What a token holds is kept by the minifier as it was written.
      const contents = code.trim().replace(/(--[\w-]+[:,]) /g, "$1");
      return { contents, loader: "text" };
    }),
};

// Chunks take what the core has anyway from the core: see src/shared.ts.
const shared = {
  name: "shared",
  async setup({ onResolve, onLoad }) {
    const source = await readFile(join(here, "src/shared.ts"), "utf8");
    const found = [...source.matchAll(/^import \{ (.+) \} from "\.\/(\w+)";$/gm)];
    const names = new Map(found.map(([, imported, file]) => [join(here, `src/${file}`), imported]));
    onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
      const file = join(resolveDir, path);
      return names.has(file) ? { path: file, namespace: "shared" } : undefined;
    });
    onLoad({ filter: /.*/, namespace: "shared" }, ({ path }) => ({
      contents: `export const { ${names.get(path)} } = lib;`,
    }));
  },
};

/** The core, and every folder of src/ with a main.ts: a part that only some visitors need. */
async function entries() {
  const chunks = {};
  for (const { name } of await readdir(join(here, "src"), { withFileTypes: true })) {
    const main = join(here, "src", name, "main.ts");
    if (await access(main).then(() => true, () => false)) chunks[name] = main;
  }
  return { core: { banner: join(here, "src/main.ts") }, chunks };
}

/** Once more, by who knows what a name is: 4 % less to load. */
async function tighten(file) {
  const { code } = await minify(await readFile(file, "utf8"), {
    ecma: 2020,
    compress: { passes: 4, unsafe_arrows: true, keep_fargs: false, pure_getters: true, inline: 1 },
  });
  // Modules are strict without a word, and the core does nothing that differs.
  await writeFile(file, `${code.replace('"use strict";', "")}\n`);
}

async function banner(outdir) {
  await mkdir(outdir, { recursive: true });
  const { core, chunks } = await entries();
  let mangleCache = {};
  const options = {
    mangleProps: new RegExp(`^(${INTERNAL.join("|")})$`),
    outdir,
    bundle: true,
    // Names are left to the second pass: it finds shorter code around long ones.
    minifyWhitespace: true,
    minifySyntax: true,
    format: "iife",
    target: "es2021",
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
  };
  // One cache: the core and its chunks must agree on the short names.
  // What the gateway's wrapper hands over: see gateway/web/release.py.
  const define = { __GATEWAY__: "$G", __SCRIPT__: "$S", __IMPORT__: "$I" };
  const given = { ...options, define, entryPoints: core, plugins: [css], mangleCache };
  ({ mangleCache } = await build(given));
  await build({
    ...options,
    entryPoints: chunks,
    plugins: [css, shared],
    mangleCache,
    // A module whose one export is called with the core's library: see src/loading.ts.
    banner: { js: "export default(lib,offer)=>{" },
    footer: { js: "}" },
  });
  for (const name of Object.keys({ ...core, ...chunks })) await tighten(join(outdir, `${name}.js`));
  const pinned = await readFile(join(here, "src/pinned.ts"), "utf8");
  const { code } = await transform(pinned, { loader: "ts", minify: true, target: "es2020" });
  await writeFile(join(outdir, "pinned.js"), code);
  await copyFile(join(here, "gateway.d.ts"), join(outdir, "gateway.d.ts"));
  for (const name of Object.keys({ ...core, ...chunks })) {
    const built = await readFile(join(outdir, `${name}.js`));
    const [gzip, brotli] = [gzipSync(built, { level: 9 }), brotliCompressSync(built)];
    console.log(`${name}.js: ${built.length} bytes, ${gzip.length} gzip, ${brotli.length} brotli`);
  }
}

async function tests(outdir) {
  const files = (await readdir(join(here, "test"))).filter((name) => name.endsWith(".test.ts"));
  await build({
    entryPoints: files.map((name) => join(here, "test", name)),
    outdir,
    bundle: true,
    platform: "node",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    logLevel: "warning",
  });
}

const [first, second] = process.argv.slice(2);
if (first === "--tests") await tests(second ?? join(here, "node_modules/.tests"));
else await banner(first ?? committed);
