import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';

/** A file of the page, ready to be sent. `etag` changes with the content. */
export type PageFile = { readonly bytes: Uint8Array<ArrayBuffer>; readonly contentType: string; readonly etag: string };

/** The page's own files by name, and the libraries it uses under `vendor/`; null for any other name. */
export type PageFiles = (name: string) => Promise<PageFile | null>;

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The single-file ES modules that the packages ship. */
function vendorPaths(): (readonly [string, string])[] {
  const { resolve } = createRequire(import.meta.url);
  return [
    ['vendor/marked.js', join(dirname(resolve('marked/package.json')), 'lib/marked.esm.js')],
    ['vendor/purify.js', join(dirname(resolve('dompurify')), 'purify.es.mjs')],
  ];
}

async function load(path: string, contentType: string): Promise<PageFile> {
  const bytes = new Uint8Array(await readFile(path));
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return { bytes, contentType, etag };
}

/** Only names that were in the folder at the start are served; each file is read when it is first asked for. */
export function createPageFiles(folder: string): PageFiles {
  const own = readdirSync(folder).map((name) => [name, join(folder, name)] as const);
  const paths = new Map([...own, ...vendorPaths()].filter(([, path]) => extname(path) in contentTypes));
  const loaded = new Map<string, Promise<PageFile>>();

  return async function pageFile(name) {
    const path = paths.get(name);
    if (path === undefined) return null;
    const file = loaded.get(name) ?? load(path, contentTypes[extname(path)] ?? '');
    loaded.set(name, file);
    file.catch(() => loaded.delete(name));
    return file;
  };
}
