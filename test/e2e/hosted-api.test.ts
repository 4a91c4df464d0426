import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { samplePhoto } from '../fakes/made-pictures.ts';
import { type ScriptedChatApi, startScriptedChatApi } from '../fakes/scripted-chat-api/scripted-chat-api.ts';
import { hostedService } from '../fakes/scripted-chat-api/scripted-rules.ts';
import { openPlayground } from './playground-client.ts';
import { type Sightline, startSightline } from './start-sightline.ts';

/** Nothing else is configured: no dialect, no model, no vendor. */
describe('the program with a key of the hosted API', () => {
  let api: ScriptedChatApi;
  let sightline: Sightline;
  let photo: Uint8Array;

  beforeAll(async () => {
    api = await startScriptedChatApi('events', hostedService);
    sightline = await startSightline({ CHAT_API_KEY: api.apiKey, CHAT_API_URL: api.url });
    photo = await samplePhoto(900, 600).jpeg().toBuffer();
  });
  afterAll(async () => {
    expect(sightline.stderr()).not.toContain(api.apiKey);
    await sightline.close();
    await api.close();
  });

  const asked = (start: string) =>
    api.requests
      .filter(({ method, path }) => `${method} ${path}`.startsWith(start))
      .map(({ body }) => JSON.parse(body));

  it('answers in the playground, goes on with the conversation after a restart, and says what it does not believe', async () => {
    const first = await openPlayground(sightline.address);
    const file = await first.upload('bicycle.jpg', photo);
    api.script({ words: ['A red ', 'bicycle ', 'by the sea.'] });
    const thread = await first.post({ text: '@sightline what is this?', files: [file], nonce: 'first' });
    const [answer] = await first.waitFor(thread, ([message]) => message?.state === 'final');
    expect(answer?.text).toContain('A red bicycle by the sea.');
    expect(asked('POST /api/chat-with-ai')[0]).toMatchObject({
      type: 'UNIFY_CHAT_WITH_AI',
      model: 'gpt-4o',
      promptObject: {
        prompt: 'what is this?',
        attachments: { images: [expect.stringMatching(/\.jpg$|\.webp$|\.png$/)] },
      },
    });

    await sightline.kill();
    await sightline.start();
    const second = await openPlayground(sightline.address, first.cookie);
    api.script({ words: ['It is ', 'red.'] });
    await second.post({ text: 'which colour?', thread, nonce: 'second' });
    const answers = await second.waitFor(
      thread,
      (all) => all.length === 2 && all.every((each) => each.state === 'final'),
    );
    expect(answers[1]?.text).toContain('It is red.');
    const ids = asked('POST /api/chat-with-ai').map(({ promptObject }) => promptObject.conversationId);
    expect(ids).toEqual([ids[0], ids[0]]);
    expect(asked('POST /api/conversations')).toHaveLength(1);

    api.setRules({ pictures: 'ignored' });
    const other = await second.upload('other.jpg', photo);
    const blind = await second.post({ text: '@sightline and this?', files: [other], nonce: 'third' });
    const [unbelieved] = await second.waitFor(blind, ([message]) => message?.state === 'final');
    expect(unbelieved?.text).toContain('without having seen the picture');
    expect(asked('POST /api/features')).toEqual([]);
  });
});
