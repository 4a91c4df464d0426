import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { samplePhoto } from '../../fakes/made-pictures.ts';
import { isWithoutBrowser } from '../find-browser.ts';
import { type Sightline, startSightline } from '../start-sightline.ts';
import { addFiles, keepScreenshot, lastAnswer, launchBrowser, type OpenedPage, openPage, write } from './open-page.ts';

describe.skipIf(isWithoutBrowser())('odd things done in the playground', () => {
  let sightline: Sightline;
  let browser: Browser;
  let photos: readonly string[];
  const opened: OpenedPage[] = [];

  beforeAll(async () => {
    sightline = await startSightline();
    browser = await launchBrowser();
    photos = Array.from({ length: 12 }, (_, index) => join(sightline.folder, `photo-${index + 1}.jpg`));
    const bytes = await samplePhoto(320, 200).jpeg().toBuffer();
    await Promise.all(photos.map((path) => writeFile(path, bytes)));
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

  const attachments = (page: Page) => page.locator('#channel-composer .attachment');
  const problem = (page: Page) => page.locator('#channel-composer .composer > .problem').textContent();

  it('names the files that are too many', async () => {
    const page = await visit();
    await page.locator('#channel-composer .file-input').setInputFiles([...photos]);
    await expect.poll(() => attachments(page).count()).toBe(10);
    expect(await problem(page)).toBe('A message takes 10 files at the most; photo-11.jpg and 1 more were left out.');
  });

  it('goes on at the next file after one is removed by keyboard, and then at the text', async () => {
    const page = await visit();
    await addFiles(page, 'channel', ...photos.slice(0, 2));
    await page.getByRole('button', { name: 'Remove photo-1.jpg' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('Remove photo-2.jpg');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('channel-field');
  });

  it('keeps files that were not sent with their channel', async () => {
    const page = await visit();
    await addFiles(page, 'channel', photos[0] ?? '');
    await page.locator('#channel-field').fill('only for photos');
    await page.getByRole('link', { name: 'signs' }).click();
    await expect.poll(() => page.locator('#channel-title').textContent()).toBe('#signs');
    expect([await attachments(page).count(), await page.locator('#channel-field').inputValue()]).toEqual([0, '']);
    await page.getByRole('link', { name: 'photos' }).click();
    await expect.poll(() => attachments(page).count()).toBe(1);
    await page.locator('#channel-field').press('Enter');
    await expect.poll(() => page.locator('#channel-log .message').last().locator('img').count()).toBe(1);
    expect(await attachments(page).count()).toBe(0);
  });

  it('takes a picture pasted beside the field', async () => {
    const page = await visit();
    await page.locator('#channel-log').focus();
    await page.evaluate(`(() => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([new Uint8Array([0xff, 0xd8, 0xff, 0xe0])], 'image.png', { type: 'image/png' }));
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    })()`);
    await expect.poll(() => attachments(page).count()).toBe(1);
    expect(await page.evaluate('document.activeElement.id')).toBe('channel-field');
  });

  it('keeps a text that is too long, and says by how much', async () => {
    const page = await visit();
    const field = page.locator('#channel-field');
    await field.fill(`${'long '.repeat(1_000)}end`);
    expect(await page.locator('#channel-composer .hint').textContent()).toBe('5003 of 4000 characters');
    await field.press('Enter');
    expect(await problem(page)).toBe('Your message has 5003 characters; the limit is 4000. Shorten it.');
    expect(await field.inputValue()).toHaveLength(5_003);
  });

  it('asks another model with !m, completed and without a mention', async () => {
    const page = await visit();
    const field = page.locator('#channel-field');
    await addFiles(page, 'channel', photos[0] ?? '');
    await field.pressSequentially('!m insp');
    await expect.poll(() => page.locator('#channel-composer [role=option]').count()).toBe(1);
    await field.press('Tab');
    expect(await field.inputValue()).toBe('!m inspector ');
    await field.pressSequentially('how big is it?');
    expect(await page.locator('#channel-composer .hint').textContent()).toBe('');
    await field.press('Enter');
    await expect.poll(() => lastAnswer(page), { timeout: 15_000 }).toContain('320 × 200');
  });

  it('marks no mention in code, and does not answer to it', async () => {
    const page = await visit();
    await write(page, 'channel', 'write `@sightline` to ask');
    const message = page.locator('#channel-log .message').last();
    await expect.poll(() => message.getAttribute('data-state')).toBe('final');
    expect(await message.locator('.mention').count()).toBe(0);
    expect(await page.locator('#thread-pane').isVisible()).toBe(false);
  });

  it('switches the model of a channel for everybody in it', async () => {
    const page = await visit();
    await write(page, 'channel', '/model inspector channel');
    await expect.poll(() => lastAnswer(page)).toBe('inspector answers in this channel from now on.');
  });

  it('names each message by its author for a screen reader', async () => {
    const page = await visit();
    await write(page, 'channel', 'hello');
    const me = (await page.locator('#me-name').textContent()) ?? '';
    await expect
      .poll(() => page.getByRole('article', { name: me, exact: true }).last().textContent())
      .toContain('hello');
  });

  it('says in the pane that a phone shows that a thread is not there', async () => {
    const { page, complaints } = await openPage(browser, `${sightline.address}/#/photos/nowhere`, { width: 360 });
    await expect.poll(() => page.locator('#connection').isVisible()).toBe(true);
    expect(await page.locator('#connection').textContent()).toBe('That message is no longer there.');
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    await page.context().close();
  });

  it('keeps the title of a thread on one line on a small phone', async () => {
    const page = await visit({ width: 360, height: 700 });
    await write(page, 'channel', '/help');
    await expect.poll(() => page.locator('#thread-title').isVisible()).toBe(true);
    const title = await page.locator('#thread-title').evaluate((element) => element.getClientRects()[0]?.height ?? 0);
    expect(title).toBeLessThan(35);
    expect(await page.locator('#thread-title').evaluate((title) => title.scrollWidth <= title.clientWidth)).toBe(true);
    await keepScreenshot(page, 'phone-small');
  });
});
