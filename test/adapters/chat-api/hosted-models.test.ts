import { describe, expect, it } from 'vitest';
import { askAbout, collect, never, runInSteps, startHostedBench } from './chat-api-bench.ts';

const minuteMs = 60_000;
const seeing = { features: ['UNIFY_CHAT_WITH_AI'], modality: { INPUT: ['text', 'image'], OUTPUT: ['text'] } };

describe('the catalogue of the hosted service', () => {
  it('is asked for the dialect’s feature, and kept for ten minutes', async () => {
    const { chat, asked, clock } = await startHostedBench();
    await chat.models(never);
    await chat.models(never);
    await clock.advance(10 * minuteMs - 1);
    await chat.models(never);
    expect(asked()).toEqual(['GET /models?feature=UNIFY_CHAT_WITH_AI']);
    await clock.advance(1);
    await chat.models(never);
    expect(asked()).toHaveLength(2);
  });

  it('is fetched once for all who ask at once, even if the first one leaves', async () => {
    const { api, chat, asked } = await startHostedBench();
    api.refuse('GET /models', 'hang');
    const impatient = new AbortController();
    const first = chat.models(impatient.signal);
    const others = [1, 2, 3].map(() => chat.models(never));
    await expect.poll(asked).toHaveLength(1);
    impatient.abort(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    for (const models of await Promise.all(others)) expect(models).toHaveLength(2);
    expect(asked()).toHaveLength(2);
  });

  it('stays good while the service is in trouble, and is asked for again a minute later', async () => {
    const { api, chat, asked, clock } = await startHostedBench();
    const before = await chat.models(never);
    await clock.advance(11 * minuteMs);
    const page = { status: 500, body: '<html>' };
    api.refuse('GET /models', page);
    expect(await chat.models(never)).toEqual(before);
    expect(await chat.models(never)).toEqual(before);
    expect(asked()).toHaveLength(2);
    api.setModels([{ ...seeing, modelId: 'new' }]);
    await clock.advance(minuteMs);
    expect((await chat.models(never)).map(({ id }) => id)).toEqual(['new']);
  });

  it('is missing when it never came, and is not asked for by everybody again', async () => {
    const { api, chat, asked, clock } = await startHostedBench();
    api.refuse('GET /models', { status: 500 });
    const all = await Promise.allSettled([1, 2, 3].map(() => chat.models(never)));
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(asked()).toHaveLength(1);
    await clock.advance(2_000);
    expect(await chat.models(never)).toHaveLength(2);
  });

  it('is not believed for a while about a model that the service refuses', async () => {
    const { api, chat, clock, asked } = await startHostedBench();
    api.setModels(['gpt-4o', 'disabled'].map((modelId) => ({ ...seeing, modelId })));
    await chat.models(never);
    await collect(askAbout(chat, { model: 'disabled' }));
    const listed = async () => (await chat.models(never)).map(({ unavailableBecause }) => unavailableBecause);
    expect(await listed()).toEqual([null, expect.stringContaining('refused')]);
    expect(asked().filter((each) => each.startsWith('GET /models'))).toHaveLength(2);
    await clock.advance(10 * minuteMs);
    expect(await listed()).toEqual([null, null]);
  });

  it('takes ten seconds at the most', async () => {
    const { api, chat, clock } = await startHostedBench();
    api.refuse('GET /models', 'hang');
    await expect(runInSteps(clock, 1_000, chat.models(never))).rejects.toMatchObject({ code: 'chat-timeout' });
    expect(clock.pending()).toBe(0);
  });

  it.each([
    ['refuses', { status: 400, body: '{"errorCode":"INVALID_REQUEST"}' }],
    ['does not know', { status: 404 }],
    ['lists nothing for', { status: 200, body: '{"models":[],"total":0}' }],
  ])('is asked for the older feature of a server that %s the new one, then for everything', async (_name, refusal) => {
    const { api, chat, asked } = await startHostedBench();
    api.refuse('GET /models?feature=UNIFY', refusal);
    api.refuse('GET /models?feature=CHAT_WITH_IMAGE', refusal);
    expect(await chat.models(never)).toHaveLength(2);
    expect(asked()).toEqual([
      'GET /models?feature=UNIFY_CHAT_WITH_AI',
      'GET /models?feature=CHAT_WITH_IMAGE',
      'GET /models',
    ]);
  });

  it('is asked for the page’s feature in the page’s dialect', async () => {
    const { chat, asked } = await startHostedBench('features');
    await chat.models(never);
    expect(asked()).toEqual(['GET /models?feature=CHAT_WITH_IMAGE']);
  });

  it('offers what chats, is switched on and sees pictures, with the page’s first model in front', async () => {
    const { api, chat } = await startHostedBench();
    api.setModels({
      models: [
        { ...seeing, modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', status: 'active', name: 'Claude' },
        { ...seeing, modelId: 'no-status', creditMetadata: { INPUT: 1.25, OUTPUT: 10, CONTEXT: 400_000 } },
        { ...seeing, modelId: 'off', status: 'DISABLED' },
        { ...seeing, modelId: 'NOT_APPLICABLE' },
        { ...seeing, modelId: 'deaf', modality: { INPUT: ['text'], OUTPUT: ['text'] } },
        { modelId: 'old', features: ['CHAT_WITH_AI', 'CHAT_WITH_IMAGE'], modality: null },
        { modelId: 'older', features: ['CHAT_WITH_AI'], modality: null },
        { modelId: 'painter', features: ['IMAGE_GENERATOR'], modality: { INPUT: ['image'] } },
        { ...seeing, modelId: 'gpt-4o', deprecationDate: '2025-12-10T17:00:00.000Z' },
        'nonsense',
      ],
    });
    const models = await chat.models(never);
    expect(models.map(({ id }) => id)).toEqual([
      'gpt-4o',
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'no-status',
      'old',
    ]);
    // Credits are no dollars.
    expect(models[2]).toMatchObject({
      contextTokens: 400_000,
      price: null,
      seesPictures: true,
      unavailableBecause: null,
    });
  });

  it('offers all of it when none of it says what sees pictures', async () => {
    const { api, chat } = await startHostedBench();
    api.setModels([
      { modelId: 'one', features: ['UNIFY_CHAT_WITH_AI'], modality: null },
      { modelId: 'off', features: ['UNIFY_CHAT_WITH_AI'], modality: null, status: 'DISABLED' },
    ]);
    expect(await chat.models(never)).toMatchObject([{ id: 'one', seesPictures: true }]);
  });

  it('can be had without a valid key', async () => {
    const { again } = await startHostedBench();
    expect(await again('unified', { apiKey: 'wrong' }).chat.models(never)).toHaveLength(2);
  });
});
