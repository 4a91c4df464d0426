import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { samplePhoto } from '../../fakes/made-pictures.ts';
import { isWithoutBrowser } from '../find-browser.ts';
import { type Sightline, startSightline } from '../start-sightline.ts';
import { addFiles, keepScreenshot, lastAnswer, launchBrowser, type OpenedPage, openPage, write } from './open-page.ts';
import { type PacedChatApi, startPacedChatApi } from './paced-chat-api.ts';

describe.skipIf(isWithoutBrowser())('asking about a picture in the playground', () => {
  let api: PacedChatApi;
  let sightline: Sightline;
  let browser: Browser;
  let photo: string;
  const opened: OpenedPage[] = [];
  /** What the browser may say in this test. */
  let expectedComplaints: RegExp | null = null;

  beforeAll(async () => {
    api = await startPacedChatApi();
    sightline = await startSightline(api.variables);
    browser = await launchBrowser();
    photo = join(sightline.folder, 'bicycle.jpg');
    await samplePhoto(900, 600).jpeg().toFile(photo);
  });
  afterEach(async () => {
    const complaints = opened.flatMap((each) => each.complaints).filter((text) => !expectedComplaints?.test(text));
    expectedComplaints = null;
    await Promise.all(opened.splice(0).map(({ context }) => context.close()));
    expect(complaints).toEqual([]);
    expect(sightline.stderr()).not.toMatch(/Error/);
  });
  afterAll(async () => {
    await browser?.close();
    await sightline?.close();
    await api?.close();
  });

  async function visit() {
    const page = await openPage(browser, sightline.address);
    opened.push(page);
    return page.page;
  }

  /** Somebody asks about the picture, and the model begins. */
  async function ask(question: string) {
    const page = await visit();
    await addFiles(page, 'channel', photo);
    await write(page, 'channel', `@sightline ${question}`);
    const answer = await api.nextAnswer();
    return { page, answer };
  }

  it('opens a thread and lets the answer grow in it', async () => {
    const { page, answer } = await ask('what is this?');
    expect(answer.question.promptObject).toMatchObject({ prompt: 'what is this?', imageList: [expect.any(String)] });
    const seen: string[] = [];
    for (const words of ['A red ', 'bicycle ', 'leans on ', 'a wall.']) {
      answer.say(words);
      await expect.poll(() => lastAnswer(page)).toContain(words.trim());
      seen.push(await lastAnswer(page));
    }
    await keepScreenshot(page, 'streaming');
    answer.end();
    await expect.poll(() => page.locator('#thread-log .from-bot').last().getAttribute('data-state')).toBe('final');
    expect(seen.every((text, index) => index === 0 || text.length > (seen[index - 1]?.length ?? 0))).toBe(true);
    expect(await lastAnswer(page)).toBe('A red bicycle leans on a wall.');
    expect(await page.locator('#channel-log .thread-link').last().textContent()).toBe('1 reply · open thread');
    expect(await page.locator('#announcer').textContent()).toBe('Answer finished');
  });

  it('goes on in the thread without a mention, about the same picture', async () => {
    const { page, answer } = await ask('what is this?');
    answer.say('A red bicycle.');
    answer.end();
    await expect.poll(() => lastAnswer(page)).toBe('A red bicycle.');
    await write(page, 'thread', 'and what colour is the wall?');
    const second = await api.nextAnswer();
    expect(second.question.conversationId).toBe(answer.question.conversationId);
    expect(second.question.promptObject.imageList).toEqual(answer.question.promptObject.imageList);
    second.say('White.');
    second.end();
    await expect.poll(() => lastAnswer(page)).toBe('White.');
    expect(await page.locator('#channel-log .thread-link').last().textContent()).toBe('3 replies · open thread');
  });

  it('goes on where it was after a reload in the middle of an answer', async () => {
    const { page, answer } = await ask('tell me a lot');
    answer.say('First half, ');
    await expect.poll(() => lastAnswer(page)).toContain('First half');
    await page.reload();
    await expect.poll(() => lastAnswer(page)).toContain('First half');
    answer.say('second half.');
    answer.end();
    await expect.poll(() => lastAnswer(page)).toBe('First half, second half.');
    expect(await page.locator('#thread-log .message').count()).toBe(2);
  });

  it('shows a second person everything live, who joins in', async () => {
    const bystander = await visit();
    const { page, answer } = await ask('who sees this?');
    await bystander
      .locator('#channel-log .message')
      .last()
      .getByRole('button', { name: 'Thread', exact: true })
      .focus();
    await bystander.keyboard.press('Enter');
    answer.say('Everybody ');
    await expect.poll(() => lastAnswer(bystander)).toContain('Everybody');
    expect(await bystander.locator('#thread-log .stop').count()).toBe(0);
    answer.say('here.');
    answer.end();
    await expect.poll(() => lastAnswer(bystander)).toBe('Everybody here.');
    await write(bystander, 'thread', 'me too!');
    const second = await api.nextAnswer();
    second.say('Welcome.');
    second.end();
    await expect.poll(() => lastAnswer(page)).toBe('Welcome.');
    expect(await page.locator('#thread-log .message:not(.from-bot) .body').allTextContents()).toContain('me too!');
  });

  it('stops an answer when its asker presses Stop, and keeps what had come', async () => {
    const { page, answer } = await ask('how long is this?');
    answer.say('So far, ');
    await page.locator('#thread-log .stop').click();
    await answer.stopped;
    await expect.poll(() => page.locator('#thread-log .from-bot').last().getAttribute('data-state')).toBe('final');
    expect(await lastAnswer(page)).toContain('So far');
    expect(await page.locator('#thread-log .stop').count()).toBe(0);
    expect(await page.evaluate('document.activeElement.id')).toBe('thread-log');
  });

  it('keeps a selection while the text grows below it', async () => {
    const { page, answer } = await ask('two paragraphs');
    answer.say('The first paragraph.\n\nThe second ');
    await expect.poll(() => page.locator('#thread-log .from-bot .block').count()).toBe(2);
    await page.locator('#thread-log .from-bot .block').first().selectText();
    answer.say('paragraph grows.');
    await expect.poll(() => lastAnswer(page)).toContain('grows');
    expect(await page.evaluate('String(getSelection())')).toBe('The first paragraph.');
    answer.end();
  });

  it('shows lists, tables and code as what they are', async () => {
    const { page, answer } = await ask('in a table');
    answer.say('| what | count |\n|---|---:|\n| wheels | 2 |\n\n3. third\n4. fourth\n\n```python\nprint("<b>")\n```');
    answer.end();
    await expect.poll(() => page.locator('#thread-log .from-bot').last().getAttribute('data-state')).toBe('final');
    const body = page.locator('#thread-log .from-bot .body').last();
    expect(await body.locator('td').last().getAttribute('align')).toBe('right');
    expect(await body.locator('ol').getAttribute('start')).toBe('3');
    expect(await body.locator('pre').textContent()).toContain('print("<b>")');
  });

  it('lets nothing active out of a model’s text', async () => {
    const { page, answer } = await ask('be hostile');
    const hostile = [
      '<img src=x onerror="document.title=1"><script>document.title=2</script>',
      '![spy](https://evil.test/pixel.png) [click](javascript:alert(1)) [a bank](https://evil.test/login)',
      '<div id="channel-composer" style="position:fixed;inset:0">over everything</div>',
      '<a href="https://evil.test" target="_self" onclick="x()">here</a>',
    ];
    answer.say(hostile.join('\n\n'));
    answer.end();
    await expect.poll(() => page.locator('#thread-log .from-bot').last().getAttribute('data-state')).toBe('final');
    const body = page.locator('#thread-log .from-bot .body').last();
    expect(await body.locator('img, script, style, iframe, [style], [id], [onclick]').count()).toBe(0);
    for (const link of await body.locator('a').all()) {
      expect(await link.getAttribute('href')).toMatch(/^https?:\/\//);
      expect(await link.getAttribute('rel')).toContain('noopener');
      expect(await link.textContent()).toContain(new URL((await link.getAttribute('href')) ?? '').host);
    }
    expect(await page.title()).toContain('Sightline');
  });

  it('says that the connection is lost, and keeps everything when the program is killed and started again', async () => {
    const { page, answer } = await ask('are you still there?');
    answer.say('Half an ');
    await expect.poll(() => lastAnswer(page)).toContain('Half');
    expectedComplaints = /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING/;
    await sightline.kill();
    await expect.poll(() => page.locator('#connection').isVisible()).toBe(true);
    await write(page, 'channel', 'written meanwhile');
    const written = page.locator('#channel-log .message').last();
    await expect.poll(() => written.getAttribute('data-state')).toMatch(/sending|failed/);
    await expect.poll(() => written.getAttribute('data-state'), { timeout: 10_000 }).toBe('failed');
    await sightline.start();
    answer.say('answer.');
    answer.end();
    await expect.poll(() => lastAnswer(page), { timeout: 15_000 }).toBe('Half an answer.');
    expect(await page.locator('#thread-log .from-bot').count()).toBe(1);
    await expect.poll(() => page.locator('#connection').isVisible()).toBe(false);
    await written.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => written.getAttribute('data-state')).toBe('final');
  });
});
