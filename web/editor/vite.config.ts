import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const here = import.meta.dirname;
const out = join(here, '../static');
const SERVER = process.env.TIDEGATE_URL ?? 'http://127.0.0.1:8080';

/** What the bundle is made from; `tests/web/test_pages.py` computes the same from the same files. */
function sources(): string[] {
  const folders = ['src', 'public', 'scripts'].flatMap((folder) =>
    readdirSync(join(here, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(here, join(entry.parentPath, entry.name))),
  );
  return [...folders, 'index.html', 'package-lock.json', 'package.json', 'tsconfig.json', 'vite.config.ts'].sort();
}

/** Writes build.json, so that a machine without Node can tell whether the bundle is stale. */
function stamp(): Plugin {
  return {
    name: 'stamp',
    apply: 'build',
    closeBundle() {
      const hash = createHash('sha256');
      for (const path of sources()) hash.update(`${path}\0`).update(readFileSync(join(here, path))).update('\0');
      writeFileSync(join(out, 'build.json'), `${JSON.stringify({ sources: hash.digest('hex') })}\n`);
    },
  };
}

const BASE_PX = 16;
const HAIR_PX = 2.5;
// What stands on the canvas has its size from the document and is enlarged by the canvas's own zoom.
const CANVAS = /\.(react-flow|card|hd|port|plabel|moreports|edge|arrow|sticky|frame|hopno|why|debugleft|inner|mover|md|dots|ground|bundle|rate)\b/;
const BOTH = /\.(pill|badge|tile|fold)\b/;

interface Rule {
  type: string;
  selector?: string;
  name?: string;
  params?: string;
  parent?: Rule;
  walkDecls(visit: (declaration: { prop: string; value: string; parent: Rule }) => void): void;
  walkAtRules(visit: (rule: { name: string; params: string }) => void): void;
}

/** Styles are written in pixels for a text of 16 px; whoever has set a larger one gets everything larger, and the layout that then fits. */
function textual() {
  const scaled = (value: string, of: (px: number) => string) => value.replace(/(?<![\w#.-])(-?[\d.]+)px\b/g, (all, px: string) => (Math.abs(Number(px)) <= HAIR_PX ? all : of(Number(px))));
  const short = (value: number) => String(Math.round(value * 1e5) / 1e5);
  return {
    postcssPlugin: 'textual',
    Once(root: Rule & { source?: { input: { file?: string } } }) {
      if (!root.source?.input.file?.includes('/src/styles/')) return;
      root.walkAtRules((rule) => { if (rule.name === 'media') rule.params = scaled(rule.params, (px) => `${short(px / BASE_PX)}em`); });
      root.walkDecls((declaration) => {
        const { selector = '' } = declaration.parent;
        if (CANVAS.test(selector) || /shadow|filter/.test(declaration.prop)) return;
        declaration.value = scaled(declaration.value, (px) => (BOTH.test(selector) ? `calc(${short(px)}*var(--u))` : `${short(px / BASE_PX)}rem`));
      });
    },
  };
}

/** In one piece, which compresses better than many small ones: what every page has, and what a menu needs, which comes later. */
const PIECES = [
  { name: 'kit', test: /node_modules\/(react|react-dom|scheduler|zustand|get-nonce|@tanstack)\// },
  { name: 'menu', test: /node_modules\/(@floating-ui|@radix-ui\/react-(dropdown-menu|menu|popper|arrow))\// },
];

export default defineConfig({
  plugins: [react(), stamp()],
  css: { postcss: { plugins: [textual() as never] } },
  build: { outDir: out, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 700, rolldownOptions: { output: { codeSplitting: { groups: PIECES } } } },
  server: { proxy: { '/manage': { target: SERVER, ws: true }, '/api': SERVER } },
  test: { include: ['tests/**/*.test.ts'] },
} as Parameters<typeof defineConfig>[0]);
