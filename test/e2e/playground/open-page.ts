import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { findBrowser } from '../find-browser.ts';

/** A person in front of a browser of their own. */
export type OpenedPage = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Everything the browser complained about: errors of scripts, blocked loads, violations of the page's policy. */
  readonly complaints: readonly string[];
};

type View = { readonly width?: number; readonly height?: number; readonly colorScheme?: 'light' | 'dark' };

/** Starts the browser that was found. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error('No Chromium or Chrome was found.');
  const quiet = ['--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath, args: ['--no-sandbox', ...quiet] });
}

/** Opens the playground as somebody new, and waits until it is usable. */
export async function openPage(browser: Browser, address: string, view: View = {}): Promise<OpenedPage> {
  const { width = 1_280, height = 800, colorScheme = 'light' } = view;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address);
  await page.locator('#channels a').first().waitFor({ state: 'attached' });
  return { page, context, complaints };
}

/** Writes into a pane's field and sends it with Enter. */
export async function write(page: Page, pane: 'channel' | 'thread', text: string): Promise<void> {
  const field = page.locator(`#${pane}-field`);
  await field.fill(text);
  await field.press('Enter');
}

/** Adds files and waits until they are uploaded. */
export async function addFiles(page: Page, pane: 'channel' | 'thread', ...paths: string[]): Promise<void> {
  await page.locator(`#${pane}-composer .file-input`).setInputFiles(paths);
  await expect.poll(() => page.locator(`#${pane}-composer .attachment.ready`).count()).toBe(paths.length);
}

/** What people read in the bot's last message of the thread; empty before there is one. */
export async function lastAnswer(page: Page): Promise<string> {
  const body = page.locator('#thread-log .from-bot .body').last();
  return (await body.count()) === 0 ? '' : ((await body.textContent()) ?? '').trim();
}

/** Keeps a picture of the page when `SCREENSHOTS` names a folder: for people to look at. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
}
