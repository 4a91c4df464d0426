import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const fixedPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Path of a Chromium or Chrome: `CHROME_PATH`, else one on the PATH or in a usual place; null when there is none. */
export function findBrowser(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const wanted = process.env['CHROME_PATH'];
  return [...(wanted === undefined ? [] : [wanted]), ...onPath, ...fixedPaths].find((path) => existsSync(path)) ?? null;
}

/** Whether tests in a browser are left out: only where there is none, and never in CI. Says so when it is true. */
export function isWithoutBrowser(): boolean {
  if (findBrowser() !== null || (process.env['CI'] ?? '') !== '') return false;
  process.stderr.write('No Chromium or Chrome was found: tests of the page in a browser are left out.\n');
  return true;
}
