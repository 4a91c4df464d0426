import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { samplePhoto } from '../../fakes/made-pictures.ts';
import { isWithoutBrowser } from '../find-browser.ts';
import { type Sightline, startSightline } from '../start-sightline.ts';
import { addFiles, keepScreenshot, lastAnswer, launchBrowser, type OpenedPage, openPage, write } from './open-page.ts';

const drawing = '<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "owned"</script></svg>';

describe.skipIf(isWithoutBrowser())('the playground with nothing configured', () => {
  let sightline: Sightline;
  let browser: Browser;
  let photo: string;
  const opened: OpenedPage[] = [];

  beforeAll(async () => {
    sightline = await startSightline();
    browser = await launchBrowser();
    photo = join(sightline.folder, 'tiles.jpg');
    await samplePhoto(640, 400).jpeg().toFile(photo);
  });
  afterEach(async () => {
    const complaints = opened.flatMap((each) => each.complaints);
    await Promise.all(opened.splice(0).map(({ context }) => context.close()));
    expect(complaints).toEqual([]);
    expect(sightline.stderr()).not.toMatch(/Error/);
  });
  afterAll(async () => {
    await browser?.close();
    await sightline?.close();
  });

  async function visit(view: Parameters<typeof openPage>[2] = {}): Promise<Page> {
    const page = await openPage(browser, sightline.address, view);
    opened.push(page);
    return page.page;
  }

  async function waitForAnswer(page: Page): Promise<string> {
    const bot = page.locator('#thread-log .from-bot');
    await expect
      .poll(
        () =>
          bot
            .last()
            .getAttribute('data-state')
            .catch(() => ''),
        { timeout: 15_000 },
      )
      .toBe('final');
    return lastAnswer(page);
  }

  it('answers about a picture', async () => {
    const page = await visit();
    await addFiles(page, 'channel', photo);
    await write(page, 'channel', '@sightline what is this?');
    expect(await waitForAnswer(page)).toMatch(/640 × 400/);
  });

  it('lists the models at /model, and completes their names with what they need', async () => {
    const page = await visit();
    const field = page.locator('#channel-field');
    await field.fill('/mo');
    await field.press('Tab');
    const options = page.locator('#channel-composer [role=option]');
    await expect.poll(() => options.count()).toBeGreaterThan(10);
    expect(await options.first().textContent()).toContain('inspector');
    const gpt = options.filter({ hasText: 'gpt-4o-mini' });
    expect(await gpt.textContent()).toMatch(/needs OPENAI_API_KEY.*128K context · \$0\.15 in/);
    await keepScreenshot(page, 'models');
    await field.press('Escape');
    await field.fill('/model');
    await field.press('Enter');
    await waitForAnswer(page);
    const list = (await page.locator('#thread-log .from-bot .body').allTextContents()).join('\n');
    expect(list).toMatch(/Ready[\s\S]*inspector[\s\S]*Not available[\s\S]*gpt-4o/);
    await write(page, 'thread', '/model gpt-4o');
    await expect.poll(() => lastAnswer(page)).toContain('OPENAI_API_KEY');
  });

  it('refuses a file that is too large before sending anything', async () => {
    const large = join(sightline.folder, 'photo.jpg');
    await writeFile(large, Buffer.alloc(31 * 1_048_576, 1));
    const page = await visit();
    await page.locator('#channel-composer .file-input').setInputFiles(large);
    const problem = page.locator('#channel-composer .composer > .problem');
    await expect.poll(() => problem.textContent()).toBe('photo.jpg is 31 MB; the limit is 20 MB.');
    expect(await page.locator('#channel-composer .attachment').count()).toBe(0);
  });

  it('lets the bot refuse an SVG by name, and never runs it', async () => {
    const svg = join(sightline.folder, 'logo.svg');
    await writeFile(svg, drawing);
    const page = await visit();
    await addFiles(page, 'channel', svg);
    await write(page, 'channel', '@sightline what is this?');
    expect(await waitForAnswer(page)).toMatch(/logo\.svg.*SVG/);
    expect(await page.locator('#thread-log .file-chip').textContent()).toContain('logo.svg');
    expect(await page.locator('#thread-log img').count()).toBe(0);
  });

  it('shows every call to the API in three languages', async () => {
    const page = await visit();
    await addFiles(page, 'channel', photo);
    await write(page, 'channel', "@sightline what's this?");
    await waitForAnswer(page);
    await page.locator('#tab-calls').click();
    const calls = page.locator('#calls-view .call');
    await expect.poll(() => calls.count()).toBeGreaterThanOrEqual(2);
    const code = page.locator('#calls-view pre');
    expect(await code.first().textContent()).toContain(`curl -X POST "${sightline.address}/api/assets" \\`);
    expect((await code.allTextContents()).join('\n')).toContain(`"prompt": "what'\\''s this?"`);
    await page.getByRole('tab', { name: 'Python' }).click();
    expect(await code.first().textContent()).toMatch(/^import requests/);
    await page.keyboard.press('ArrowLeft');
    expect((await code.allTextContents()).join('\n')).toContain('await fetch(');
    await keepScreenshot(page, 'calls');
  });

  it('keeps a direct conversation between its person and the bot', async () => {
    const page = await visit();
    const other = await visit();
    await page.getByRole('link', { name: 'Sightline (direct)' }).click();
    await addFiles(page, 'channel', photo);
    await write(page, 'channel', 'what is this?');
    const answer = page.locator('#channel-log .from-bot .body');
    await expect
      .poll(
        () =>
          answer
            .last()
            .textContent()
            .catch(() => ''),
        { timeout: 15_000 },
      )
      .toMatch(/640 × 400/);
    expect(await page.locator('#thread-pane').isVisible()).toBe(false);
    await page.locator('#channel-calls').click();
    await expect.poll(() => page.locator('#calls-view .call').count()).toBeGreaterThanOrEqual(2);
    await keepScreenshot(page, 'direct');
    await other.getByRole('link', { name: 'Sightline (direct)' }).click();
    expect(await other.locator('#channel-log .message').count()).toBe(0);
  });

  it('takes files dropped anywhere, and says so while they hover', async () => {
    const page = await visit();
    const transfer = await page.evaluateHandle(`(() => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array([0xff, 0xd8, 0xff, 0xe0])], 'dropped.jpg', { type: 'image/jpeg' }));
      return data;
    })()`);
    await page.dispatchEvent('#channel-log', 'dragenter', { dataTransfer: transfer });
    expect(await page.locator('#drop-hint').isVisible()).toBe(true);
    await page.dispatchEvent('#channel-log', 'drop', { dataTransfer: transfer });
    expect(await page.locator('#drop-hint').isVisible()).toBe(false);
    await expect.poll(() => page.locator('#channel-composer .attachment.ready').count()).toBe(1);
    expect(await page.locator('#channel-composer .hint').textContent()).toBe('Add @sightline to get an answer');
    await page.getByRole('button', { name: 'Remove dropped.jpg' }).click();
    expect(await page.locator('#channel-composer .attachment').count()).toBe(0);
  });

  it('works by keyboard alone', async () => {
    const page = await visit();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to writing');
    await page.keyboard.press('Enter');
    await page.keyboard.type('@si');
    await page.keyboard.press('Enter');
    await page.keyboard.type('line one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('line two');
    expect(await page.locator('#channel-field').inputValue()).toBe('@sightline line one\nline two');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('thread-field');
    await waitForAnswer(page);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('#thread-pane').isVisible()).toBe(false);
    await expect.poll(() => page.evaluate('document.activeElement.className')).toBe('thread-link');
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline).toBe('solid');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#thread-pane').isVisible()).toBe(true);
  });

  it('shows one pane at a time on a phone', async () => {
    const page = await visit({ width: 390, height: 780 });
    const visible = () =>
      Promise.all(['.sidebar', '#channel-pane', '#thread-pane'].map((selector) => page.locator(selector).isVisible()));
    expect(await visible()).toEqual([false, true, false]);
    await keepScreenshot(page, 'phone-channel');
    await page.getByRole('button', { name: 'Back to the channels' }).click();
    expect(await visible()).toEqual([true, false, false]);
    await keepScreenshot(page, 'phone-channels');
    await page.getByRole('link', { name: 'signs' }).click();
    await addFiles(page, 'channel', photo);
    await write(page, 'channel', '@sightline what is this?');
    await waitForAnswer(page);
    expect(await visible()).toEqual([false, false, true]);
    await keepScreenshot(page, 'phone-thread');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.getByRole('button', { name: 'Back to the channel', exact: true }).click();
    await expect.poll(visible).toEqual([false, true, false]);
    await page.goBack();
    await expect.poll(visible).toEqual([false, false, true]);
  });

  it('follows the system into the dark, and remembers another choice', async () => {
    const page = await visit({ colorScheme: 'dark' });
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const dark = await background();
    expect(dark).toBe('rgb(20, 25, 26)');
    await addFiles(page, 'channel', photo);
    await write(page, 'channel', '@sightline what is this?');
    await waitForAnswer(page);
    await keepScreenshot(page, 'dark');
    await page.getByRole('button', { name: 'Switch between light and dark' }).click();
    expect(await background()).toBe('rgb(255, 255, 255)');
    await page.reload();
    expect(await background()).toBe('rgb(255, 255, 255)');
  });

  it('lets people change their names, for everybody at once', async () => {
    const page = await visit();
    const other = await visit();
    await write(page, 'channel', 'hello all');
    await page.locator('#rename').click();
    await page.locator('#rename-input').fill('Ada Lovelace');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#me-name').textContent()).toBe('Ada Lovelace');
    await expect.poll(() => other.locator('#channel-log .author').last().textContent()).toBe('Ada Lovelace');
  });

  it('enlarges a picture, and closes it with Escape', async () => {
    const page = await visit();
    await addFiles(page, 'channel', photo);
    await write(page, 'channel', 'look at this');
    await page.locator('#channel-log .thumbnail').last().click();
    expect(await page.locator('#lightbox').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.locator('#lightbox').isVisible()).toBe(false);
  });
});
