import { describe, expect, it } from 'vitest';
import { ann, ben, createEngineRig } from '../../fakes/engine-rig.ts';

describe('asking', () => {
  it('hands the model the question, the pictures’ bytes and its vendor’s name', async () => {
    const rig = createEngineRig();
    await rig.finish({ model: 'gemini-2.5-pro', webSearch: { numOfSite: 2, maxWord: 100 } });
    expect(rig.model.requests).toHaveLength(1);
    expect(rig.model.requests[0]).toMatchObject({
      model: 'gemini-2.5-pro',
      prompt: 'What is it?',
      history: [],
      webSearch: { numOfSite: 2, maxWord: 100 },
    });
    expect([...(rig.model.picturesRead[0] ?? [])].slice(0, 4)).toEqual([0x89, 0x50, 0x4e, 0x47]);
  });

  it('has stored the record before it resolves', async () => {
    const rig = createEngineRig();
    const source = await rig.ask();
    expect(await rig.engine.result(ann, source.recordId)).toMatchObject({ status: 'PROCESSING', metadata: null });
  });

  const refusals = [
    ['a model that is not listed', { model: 'gpt-9' }, 'UNSUPPORTED_MODEL', 'model'],
    ['a model without its vendor', { model: 'claude-4-opus' }, 'MODEL_NOT_AVAILABLE', 'model'],
    ['a model that cannot see', { model: 'mistral-large-latest' }, 'UNSUPPORTED_MODEL', 'model'],
    ['a key that is unknown', { imageKeys: ['images/none.png'] }, 'INVALID_IMAGE', 'promptObject.imageList'],
    ['no picture at all', { imageKeys: [], imagesOptional: true }, 'MISSING_IMAGES', 'promptObject.imageList'],
  ] as const;
  it.each(refusals)('refuses %s and stores nothing', async (_what, changes, code, field) => {
    const rig = createEngineRig();
    await expect(rig.ask(changes)).rejects.toMatchObject({ code, details: [{ field }] });
    expect(await rig.engine.conversations.list('ann')).toEqual([]);
    expect(rig.model.requests).toEqual([]);
  });

  it('refuses unknown, foreign and expired keys alike, naming the key', async () => {
    const rig = createEngineRig();
    const foreign = await rig.assets.put('ben');
    const expired = await rig.assets.put('ann');
    await rig.clock.advance(30 * 86_400_000);
    const sentences: string[] = [];
    for (const key of ['images/none.png', foreign, expired]) {
      const refused = await rig.ask({ imageKeys: [key] }).catch((error: Error) => error);
      expect(refused).toMatchObject({ code: 'INVALID_IMAGE' });
      const { message } = refused instanceof Error ? refused : new Error('not refused');
      expect(message).toContain(JSON.stringify(key));
      sentences.push(message.replace(JSON.stringify(key), 'KEY'));
    }
    expect(new Set(sentences).size).toBe(1);
  });

  it('says that a link is not followed', async () => {
    const refused = createEngineRig().ask({ imageKeys: ['https://example.com/cat.png'] });
    await expect(refused).rejects.toMatchObject({
      code: 'INVALID_IMAGE',
      message:
        'promptObject.imageList names "https://example.com/cat.png", a link: links are not followed here. Upload the picture with POST /api/assets and send the key you get.',
    });
  });

  it('refuses more pictures than the model takes, and says how many it takes', async () => {
    const rig = createEngineRig();
    const key = await rig.assets.put('ann');
    const refused = rig.ask({ imageKeys: Array.from({ length: 21 }, () => key) });
    await expect(refused).rejects.toMatchObject({
      code: 'TOO_MANY_IMAGES',
      message: 'promptObject.imageList holds 21 pictures; gpt-4o takes at most 20. Send fewer.',
    });
  });

  it('fails the record when a picture is gone by the time the model looks', async () => {
    const rig = createEngineRig();
    const asking = rig.ask();
    rig.assets.read = () => Promise.reject(new Error('disk'));
    const source = await asking;
    await rig.clock.advance(0);
    expect(source.read().finished()?.outcome).toMatchObject({ type: 'failed' });
  });
});

describe('histories', () => {
  it('brings along what was asked and answered, with the pictures', async () => {
    const rig = createEngineRig();
    const first = await rig.assets.put('ann');
    await rig.finish({ imageKeys: [first], prompt: 'One?' });
    await rig.finish({ prompt: 'Two?' });
    const request = rig.model.requests[1];
    expect(request?.history).toMatchObject([
      { model: 'gpt-4o', prompt: 'One?', answer: 'A cat.', pictures: [{ key: first }] },
    ]);
    expect(request?.pictures.map((picture) => picture.key)).not.toContain(first);
  });

  it('brings the last ten exchanges, oldest first', async () => {
    const rig = createEngineRig();
    for (let index = 1; index <= 12; index += 1) await rig.finish({ prompt: `${index}?` });
    const prompts = rig.model.requests[11]?.history.map((turn) => turn.prompt);
    expect(prompts).toEqual(Array.from({ length: 10 }, (_each, index) => `${index + 2}?`));
  });

  it('leaves out failed answers and those still being written', async () => {
    let call = 0;
    const rig = createEngineRig({
      script: () => {
        call += 1;
        if (call === 1)
          return [
            { type: 'text', text: 'Half' },
            { type: 'fail', error: new Error('boom') },
          ];
        return call === 2 ? [{ type: 'stall' }] : [{ type: 'text', text: 'Whole.' }];
      },
    });
    await rig.finish();
    await rig.ask();
    await rig.finish();
    expect(rig.model.requests[2]?.history).toEqual([]);
  });

  it('keeps owners, conversations and questions on their own apart', async () => {
    const rig = createEngineRig();
    await rig.finish();
    await rig.finish({ conversationId: null, keepsHistory: false });
    const key = await rig.assets.put('ben');
    const question = { type: 'CHAT_WITH_IMAGE', model: 'gpt-4o', prompt: 'x', imagesField: 'y' } as const;
    await rig.engine.ask(ben, {
      ...question,
      conversationId: 'talk',
      keepsHistory: true,
      imageKeys: [key],
      imagesOptional: false,
      isMixed: false,
      webSearch: null,
      historyLimit: 10,
    });
    await rig.finish({ conversationId: 'other' });
    expect(rig.model.requests.map((request) => request.history.length)).toEqual([0, 0, 0, 0]);
  });

  it('leaves out pictures that have expired, and keeps the words', async () => {
    const rig = createEngineRig();
    await rig.finish();
    await rig.clock.advance(29 * 86_400_000);
    const later = await rig.assets.put('ann');
    await rig.clock.advance(2 * 86_400_000);
    await rig.finish({ imageKeys: [later] });
    expect(rig.model.requests[1]?.history).toMatchObject([{ prompt: 'What is it?', pictures: [] }]);
  });

  it('sends each picture once, where it was asked about last', async () => {
    const rig = createEngineRig();
    const [cat, dog] = [await rig.assets.put('ann'), await rig.assets.put('ann')];
    await rig.finish({ imageKeys: [cat, dog] });
    await rig.finish({ imageKeys: [dog] });
    await rig.finish({ imageKeys: [dog] });
    const keys = rig.model.requests[2]?.history.map((turn) => turn.pictures.map((picture) => picture.key));
    expect(keys).toEqual([[cat], []]);
  });

  it('never sends more pictures than the model takes', async () => {
    const rig = createEngineRig();
    const put = () => Promise.all(Array.from({ length: 12 }, () => rig.assets.put('ann')));
    await rig.finish({ imageKeys: await put() });
    await rig.finish({ imageKeys: await put() });
    const request = rig.model.requests[1];
    expect(request?.pictures).toHaveLength(12);
    expect(request?.history[0]?.pictures).toHaveLength(8);
  });

  it('leaves room in the model’s window', async () => {
    const rig = createEngineRig();
    await rig.finish({ prompt: 'x'.repeat(99_000) });
    await rig.finish({ prompt: 'y'.repeat(99_000) });
    await rig.finish({ prompt: 'z'.repeat(99_000) });
    await rig.finish();
    expect(rig.model.requests[3]?.history.map((turn) => turn.prompt[0])).toEqual(['y', 'z']);
  });

  it('answers a follow-up without pictures about those of the conversation', async () => {
    const rig = createEngineRig();
    const key = await rig.assets.put('ann');
    await rig.finish({ imageKeys: [key] });
    await rig.finish({ imageKeys: [], imagesOptional: true, prompt: 'And its colour?' });
    expect(rig.model.requests[1]?.history[0]?.pictures.map((picture) => picture.key)).toEqual([key]);
  });

  it('asks nothing about pictures that have all expired', async () => {
    const rig = createEngineRig();
    await rig.finish();
    await rig.clock.advance(30 * 86_400_000);
    await expect(rig.ask({ imageKeys: [], imagesOptional: true })).rejects.toMatchObject({ code: 'MISSING_IMAGES' });
  });
});

describe('mixing models', () => {
  it('refuses a second model, and names the first one and the ways out', async () => {
    const rig = createEngineRig();
    await rig.finish();
    const refused = rig.ask({ model: 'gemini-2.5-pro' });
    await expect(refused).rejects.toMatchObject({ code: 'MODEL_NOT_MIXED', details: [{ field: 'model' }] });
    await expect(refused).rejects.toThrow(/with gpt-4o.*isMixed: true.*gemini-2\.5-pro.*new conversationId/);
  });

  it('lets models mix when it is told to', async () => {
    const rig = createEngineRig();
    await rig.finish();
    await rig.finish({ model: 'gemini-2.5-pro', isMixed: true });
    expect(rig.model.requests[1]?.history).toMatchObject([{ model: 'gpt-4o' }]);
  });

  it('also keeps to a model that is still answering', async () => {
    const rig = createEngineRig();
    await rig.ask();
    await expect(rig.ask({ model: 'gemini-2.5-pro' })).rejects.toMatchObject({ code: 'MODEL_NOT_MIXED' });
  });

  it('forgets a model that only failed', async () => {
    const google = { script: [{ type: 'fail', error: new Error('boom') }] } as const;
    const rig = createEngineRig(google);
    await rig.finish();
    await rig.finish({ model: 'gemini-2.5-pro' });
    expect(rig.model.requests).toHaveLength(2);
  });

  it('lets every conversation choose for itself', async () => {
    const rig = createEngineRig();
    await rig.finish();
    await rig.finish({ model: 'gemini-2.5-pro', conversationId: 'other' });
    await rig.finish({ model: 'gemini-2.5-pro', conversationId: null, keepsHistory: false });
    expect(rig.model.requests).toHaveLength(3);
  });
});

describe('conversations', () => {
  it('are created by their first question, titled by it', async () => {
    const rig = createEngineRig();
    await rig.finish({ prompt: '🐈'.repeat(200) });
    const [conversation] = await rig.engine.conversations.list('ann');
    expect(conversation).toMatchObject({ uuid: 'talk', title: '🐈'.repeat(91), model: 'gpt-4o', status: 'ACTIVE' });
  });

  it('show their messages in order', async () => {
    const rig = createEngineRig();
    const key = await rig.assets.put('ann');
    await rig.finish({ imageKeys: [key] });
    await rig.ask({ prompt: 'And now?', imageKeys: [key] });
    const { messages } = await rig.engine.conversations.get('ann', 'talk');
    expect(messages.map(({ role, content, imageList, status }) => [role, content, imageList, status])).toEqual([
      ['user', 'What is it?', [key], 'SUCCESS'],
      ['assistant', 'A cat.', [], 'SUCCESS'],
      ['user', 'And now?', [key], 'PROCESSING'],
    ]);
  });

  it('are forgotten with all that was asked in them, also what is being answered', async () => {
    const rig = createEngineRig();
    const { uuid } = await rig.finish();
    const source = await rig.ask();
    await rig.engine.conversations.remove('ann', 'talk');
    expect(await rig.engine.result(ann, uuid)).toBeNull();
    expect(await rig.engine.result(ann, source.recordId)).toBeNull();
    expect(rig.model.open()).toBe(0);
    await rig.finish();
    expect(rig.model.requests.at(-1)?.history).toEqual([]);
  });

  it('are invisible to others', async () => {
    const rig = createEngineRig();
    await rig.finish();
    expect(await rig.engine.conversations.list('ben')).toEqual([]);
    await expect(rig.engine.conversations.get('ben', 'talk')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(rig.engine.conversations.remove('ben', 'talk')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await rig.engine.conversations.get('ann', 'talk')).messages).toHaveLength(2);
  });

  it('last as long as somebody asks in them', async () => {
    const rig = createEngineRig();
    await rig.finish();
    await rig.finish({ conversationId: 'quiet' });
    await rig.clock.advance(20 * 86_400_000);
    await rig.finish();
    await rig.clock.advance(20 * 86_400_000);
    await rig.engine.sweep();
    expect((await rig.engine.conversations.list('ann')).map((each) => each.uuid)).toEqual(['talk']);
    expect((await rig.engine.conversations.get('ann', 'talk')).messages).toHaveLength(2);
  });
});
