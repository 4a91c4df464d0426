import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/lib/errors.ts';
import type { ScriptStep } from '../../fakes/scripted-vision-model.ts';
import { createApiRig, readEvents } from './routes/api-rig.ts';

const wait: ScriptStep = { type: 'wait', delayMs: 100 };
const script: readonly ScriptStep[] = [{ type: 'text', text: 'A ' }, wait, { type: 'text', text: 'cat.' }];

type Rig = ReturnType<typeof createApiRig>;

/** Sends the same question under a key for repeats. */
function send(rig: Rig, body: unknown, idempotencyKey: string, query = '', key = 'ann'): Promise<Response> {
  const headers = { 'Idempotency-Key': idempotencyKey };
  return rig.request(`/api/features${query}`, { method: 'POST', body: JSON.stringify(body), key, headers });
}

describe('a question sent again with the same Idempotency-Key', () => {
  it('is asked once and gets the same stream', async () => {
    const rig = createApiRig({ script });
    const body = await rig.example();
    const first = await send(rig, body, 'k-1');
    const second = await send(rig, body, 'k-1');
    expect([first.headers.get('Idempotent-Replayed'), second.headers.get('Idempotent-Replayed')]).toEqual([
      null,
      'true',
    ]);
    expect(await second.json()).toEqual(await first.json());
    await rig.clock.advance(1_000);
    expect(rig.model.requests).toHaveLength(1);
  });

  it('gets its answer in whatever form it wants it now, also long after', async () => {
    const rig = createApiRig({ script });
    const body = await rig.example();
    await send(rig, body, 'k-1');
    await rig.clock.advance(10_000);
    expect(await (await send(rig, body, 'k-1', '?isStreaming=true')).text()).toBe('A cat.');
    const record = Object(await (await send(rig, body, 'k-1', '?isStreaming=false')).json());
    expect(record.aiRecord.aiRecordDetail.resultObject).toEqual(['A cat.']);
    expect(rig.model.requests).toHaveLength(1);
  });

  it('is asked once even when both requests arrive together', async () => {
    const rig = createApiRig({ script });
    const body = await rig.example();
    const sent = await Promise.all([1, 2, 3].map(() => send(rig, body, 'k-1')));
    const acks = await Promise.all(sent.map((response) => response.text()));
    expect(new Set(acks).size).toBe(1);
    await rig.clock.advance(1_000);
    expect(rig.model.requests).toHaveLength(1);
  });

  it('is the same question however its JSON is written', async () => {
    const rig = createApiRig({ script });
    const { type, model, conversationId, promptObject } = await rig.example();
    await send(rig, { type, model, conversationId, promptObject }, 'k-1');
    const again = await send(rig, { promptObject, conversationId, model, type, extra: 1 }, 'k-1');
    expect(again.headers.get('Idempotent-Replayed')).toBe('true');
  });

  it('works in the newer form as well', async () => {
    const rig = createApiRig({ script });
    const body = JSON.stringify({
      model: 'gpt-4o',
      promptObject: { prompt: 'What is it?', attachments: { images: [await rig.assets.put('ann')] } },
    });
    const headers = { 'Idempotency-Key': 'k-1' };
    const first = await rig.request('/api/chat-with-ai?isStreaming=true', { method: 'POST', body, headers });
    const second = await rig.request('/api/chat-with-ai?isStreaming=true', { method: 'POST', body, headers });
    const texts = await rig.clock.runUntil(Promise.all([first.text(), second.text()]));
    expect(texts.map((text) => readEvents(text).at(-1)?.[0])).toEqual(['done', 'done']);
    expect(rig.model.requests).toHaveLength(1);
  });

  it('is kept for a day, across restarts', async () => {
    const rig = createApiRig({ script });
    const kept: number[] = [];
    const { setFor } = rig.store;
    rig.store.setFor = (key, value, keepForMs) => {
      kept.push(keepForMs);
      return setFor(key, value, keepForMs);
    };
    await send(rig, await rig.example(), 'k-1');
    expect(kept).toEqual([86_400_000]);
    await rig.clock.advance(1_000);
  });
});

describe('an Idempotency-Key', () => {
  it('of another question is refused', async () => {
    const rig = createApiRig({ script });
    await send(rig, await rig.example(), 'k-1');
    const other = await send(rig, await rig.example({}, { prompt: 'And now?' }), 'k-1');
    expect([other.status, await other.json()]).toMatchObject([
      422,
      { errorCode: 'IDEMPOTENCY_KEY_REUSED', error: { details: [{ field: 'Idempotency-Key' }] } },
    ]);
    await rig.clock.advance(1_000);
    expect(rig.model.requests).toHaveLength(1);
  });

  it('belongs to its owner: somebody else’s is another one', async () => {
    const rig = createApiRig({ script });
    await send(rig, await rig.example(), 'k-1');
    const bens = await rig.example({}, { imageList: [await rig.assets.put('ben')] });
    const other = await send(rig, bens, 'k-1', '', 'ben');
    expect([other.status, other.headers.get('Idempotent-Replayed')]).toEqual([200, null]);
    await rig.clock.advance(1_000);
    expect(rig.model.requests).toHaveLength(2);
  });

  it('is free again when the question was refused', async () => {
    const rig = createApiRig({ script });
    const body = await rig.example();
    const refused = await send(rig, { ...body, model: 'gpt-9' }, 'k-1');
    expect(refused.status).toBe(400);
    expect((await send(rig, body, 'k-1')).headers.get('Idempotent-Replayed')).toBe(null);
    await rig.clock.advance(1_000);
  });

  it('is free again when the answer failed', async () => {
    let calls = 0;
    const broken: ScriptStep = { type: 'fail', error: new Failure('chat-broken-stream', 'The connection broke.') };
    const rig = createApiRig({
      script: () => {
        calls += 1;
        return calls === 1 ? [broken] : script;
      },
    });
    const body = await rig.example();
    const first = await rig.clock.runUntil(send(rig, body, 'k-1', '?isStreaming=false'));
    const second = await rig.clock.runUntil(send(rig, body, 'k-1', '?isStreaming=false'));
    expect([first.status, second.status, calls]).toEqual([502, 200, 2]);
  });

  it('is free again when its conversation was forgotten', async () => {
    const rig = createApiRig({ script });
    const body = await rig.example({ conversationId: 'talk' });
    await send(rig, body, 'k-1');
    await rig.request('/api/conversations/talk', { method: 'DELETE' });
    expect((await send(rig, body, 'k-1')).headers.get('Idempotent-Replayed')).toBe(null);
    await rig.clock.advance(1_000);
    expect(rig.model.requests).toHaveLength(2);
  });

  it.each([
    ['with a space', 'a b'],
    ['of 256 characters', 'x'.repeat(256)],
    ['that is empty', ''],
  ])('%s is refused', async (_what, idempotencyKey) => {
    const rig = createApiRig({ script });
    const response = await send(rig, await rig.example(), idempotencyKey);
    expect([response.status, await response.json()]).toMatchObject([400, { errorCode: 'INVALID_REQUEST' }]);
    expect(rig.model.requests).toEqual([]);
  });

  it('that cannot be looked up asks nobody', async () => {
    const rig = createApiRig({ script });
    rig.store.fail();
    await expect(send(rig, await rig.example(), 'k-1')).rejects.toThrow();
    expect(rig.model.requests).toEqual([]);
  });
});
