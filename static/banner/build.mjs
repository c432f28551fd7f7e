// `node build.mjs [FILE]` builds src/main.ts into one file; `node build.mjs --tests [FOLDER]`
// bundles the tests, which node 20 cannot run as TypeScript.

import { readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const committed = join(here, "../../gateway/web/assets/banner.js");
// The oldest ones with adoptedStyleSheets, <dialog> and :is(). CSS nesting is newer: written out.
const browsers = ["chrome100", "firefox101", "safari16.4"];

const css = {
  name: "css",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const { code } = await transform(text, { loader: "css", minify: true, target: browsers });
      return { contents: code.trim(), loader: "text" };
    }),
};

async function banner(outfile) {
  await build({
    entryPoints: [join(here, "src/main.ts")],
    outfile,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2020",
    legalComments: "none",
    logLevel: "warning",
    plugins: [css],
  });
  const built = await readFile(outfile);
  const gzip = gzipSync(built, { level: 9 }).length;
  const brotli = brotliCompressSync(built).length;
  console.log(`banner.js: ${built.length} bytes, ${gzip} gzip, ${brotli} brotli`);
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
