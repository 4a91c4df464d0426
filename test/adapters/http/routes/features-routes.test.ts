import { describe, expect, it } from 'vitest';
import { aiRecordSchema, featureAckSchema } from '../../../../src/api/ai-record.ts';
import { errorEnvelopeSchema } from '../../../../src/api/error-envelope.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import { type ScriptStep, wordsOf } from '../../../fakes/scripted-vision-model.ts';
import { createApiRig, readEvents } from './api-rig.ts';

const say = (text: string): ScriptStep => ({ type: 'text', text });
const wait = (delayMs: number): ScriptStep => ({ type: 'wait', delayMs });
const broken: ScriptStep = { type: 'fail', error: new Failure('chat-broken-stream', 'The connection broke.') };

describe('POST /api/features', () => {
  it('answers at once, while the model works, with the address of the stream', async () => {
    const rig = createApiRig({ script: [wait(10_000), say('A cat.')] });
    const response = await rig.post('/api/features', await rig.example());
    expect(response.status).toBe(200);
    const ack = featureAckSchema.parse(await response.json());
    expect(ack).toEqual({
      status: 'success',
      message: 'Streaming response will be returned',
      data: {
        conversationId: 'image-analysis-session-1',
        aiRecordId: ack.data.aiRecordId,
        streamingUrl: `/api/features/stream/${ack.data.aiRecordId}`,
      },
    });
    expect(rig.model.open()).toBe(1);
  });

  it('gives the finished record with isStreaming=false', async () => {
    const usage = { inputTokens: 10, outputTokens: 5, credits: null };
    const rig = createApiRig({ script: [say('A '), wait(100), say('cat.'), { type: 'end', usage }] });
    const body = await rig.example();
    const response = await rig.clock.runUntil(rig.post('/api/features?isStreaming=false', body));
    const { aiRecord } = Object(await response.json());
    expect(aiRecordSchema.parse(aiRecord)).toEqual(aiRecord);
    expect(aiRecord).toMatchObject({
      model: 'gpt-4o',
      type: 'CHAT_WITH_IMAGE',
      status: 'SUCCESS',
      conversationId: 'image-analysis-session-1',
      metadata: { inputToken: 10, outputToken: 5, totalToken: 15, executionTime: 0.1, finishReason: 'stop' },
      aiRecordDetail: { promptObject: body['promptObject'], resultObject: ['A cat.'], errorCode: null },
      modelDetail: { name: 'gpt-4o', provider: 'OPENAI' },
    });
  });

  it('gives a failure its own status and both envelopes with isStreaming=false', async () => {
    const error = new Failure('chat-rate-limited', 'OpenAI is busy.', { retryAfterMs: 1_500 });
    const rig = createApiRig({ script: [say('Half'), { type: 'fail', error }] });
    const response = await rig.clock.runUntil(rig.post('/api/features?isStreaming=false', await rig.example()));
    expect([response.status, response.headers.get('Retry-After')]).toEqual([429, '2']);
    const envelope = errorEnvelopeSchema.parse(await response.json());
    expect(envelope).toMatchObject({
      errorCode: 'RATE_LIMITED',
      error: { code: 'RATE_LIMITED', message: 'OpenAI is busy.' },
    });
  });

  it('streams bare text with isStreaming=true', async () => {
    const rig = createApiRig({ script: [say('Ein '), wait(100), say('\ud83d'), wait(100), say('\udc08.')] });
    const response = await rig.post('/api/features?isStreaming=true', await rig.example());
    expect(response.headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('AI-Record-Id')).toMatch(/^0{8}-/);
    expect(await rig.clock.runUntil(response.text())).toBe('Ein 🐈.');
  });

  it('refuses with a status what fails before the first byte of bare text', async () => {
    const rig = createApiRig({ script: [wait(100), broken] });
    const response = await rig.clock.runUntil(rig.post('/api/features?isStreaming=true', await rig.example()));
    expect(response.status).toBe(502);
    expect(errorEnvelopeSchema.parse(await response.json()).errorCode).toBe('ANSWER_BROKEN_OFF');
  });

  it('never ends bare text cleanly after a failure', async () => {
    const rig = createApiRig({ script: [say('Half'), wait(100), broken] });
    const response = await rig.post('/api/features?isStreaming=true', await rig.example());
    await expect(rig.clock.runUntil(response.text())).rejects.toThrow();
  });

  it('refuses another word for isStreaming', async () => {
    const rig = createApiRig();
    const response = await rig.post('/api/features?isStreaming=yes', await rig.example());
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { details: [{ field: 'isStreaming' }] } });
    expect(rig.model.requests).toEqual([]);
  });

  it('refuses what is not JSON, and what is wrong in it, with the field', async () => {
    const rig = createApiRig();
    const broken = await rig.request('/api/features', { method: 'POST', body: '{' });
    expect(await broken.json()).toMatchObject({ errorCode: 'INVALID_JSON' });
    const wrong = await rig.post('/api/features', await rig.example({}, { maxWord: 10 }));
    expect(wrong.status).toBe(422);
    expect(await wrong.json()).toMatchObject({
      success: false,
      errorCode: 'PROMPT_OBJECT_VALIDATION_FAILED',
      error: { details: [{ field: 'promptObject.maxWord' }] },
    });
  });

  it('takes null and a feature’s name as conversationId, and gives it back', async () => {
    const rig = createApiRig();
    for (const conversationId of [null, 'CHAT_WITH_IMAGE']) {
      const response = await rig.post('/api/features', await rig.example({ conversationId }));
      expect(await response.json()).toMatchObject({ data: { conversationId } });
    }
    expect(await rig.engine.conversations.list('ann')).toEqual([]);
  });
});

describe('GET /api/features/stream/{id}', () => {
  const startOf = async (rig: ReturnType<typeof createApiRig>) => {
    const ack = featureAckSchema.parse(await (await rig.post('/api/features', await rig.example())).json());
    return ack.data;
  };

  it('streams the pieces, the record and the end', async () => {
    const rig = createApiRig({ script: wordsOf('A red\ncat.', 50) });
    const { streamingUrl, aiRecordId } = await startOf(rig);
    const response = await rig.request(streamingUrl);
    expect(response.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('Cache-Control')).toBe('no-cache');
    expect(response.headers.get('X-Accel-Buffering')).toBe('no');
    const events = readEvents(await rig.clock.runUntil(response.text()));
    expect(events).toMatchObject([
      ['content', { content: 'A ' }],
      ['content', { content: 'red\n' }],
      ['content', { content: 'cat.' }],
      [
        'result',
        { aiRecord: { uuid: aiRecordId, status: 'SUCCESS', aiRecordDetail: { resultObject: ['A red\ncat.'] } } },
      ],
      ['done', { message: 'Stream completed' }],
    ]);
  });

  it('gives what came in between as one piece, to late and to second readers', async () => {
    const rig = createApiRig({ script: wordsOf('A red cat.', 50) });
    const { streamingUrl } = await startOf(rig);
    await rig.clock.advance(10_000);
    for (const _reader of [1, 2]) {
      const events = readEvents(await (await rig.request(streamingUrl)).text());
      expect(events).toMatchObject([
        ['content', { content: 'A red cat.' }],
        ['result', {}],
        ['done', {}],
      ]);
    }
  });

  it('tells a failure after the pieces that came, also to late readers', async () => {
    const rig = createApiRig({ script: [say('Half'), wait(100), broken] });
    const { streamingUrl } = await startOf(rig);
    const live = await rig.request(streamingUrl);
    const expected = [
      ['content', { content: 'Half' }],
      ['error', { error: 'The connection broke.', errorCode: 'ANSWER_BROKEN_OFF' }],
    ];
    expect(readEvents(await rig.clock.runUntil(live.text()))).toEqual(expected);
    expect(readEvents(await (await rig.request(streamingUrl)).text())).toEqual(expected);
  });

  it('pings every 15 seconds', async () => {
    const rig = createApiRig({ script: [say('A '), wait(29_000), say('cat.'), wait(5_000)] });
    const { streamingUrl } = await startOf(rig);
    const text = await rig.clock.runUntil((await rig.request(streamingUrl)).text());
    expect(readEvents(text).map(([name]) => name)).toEqual(['content', ':', 'content', ':', 'result', 'done']);
    expect(text).toContain(':ping\n\n');
    expect(rig.clock.pending()).toBe(0);
  });

  it('keeps no timer and no reader for somebody who left', async () => {
    const rig = createApiRig({ script: [say('A '), { type: 'stall' }] });
    const { streamingUrl, aiRecordId } = await startOf(rig);
    const response = await rig.request(streamingUrl);
    const reader = response.body?.getReader();
    await reader?.read();
    const next = reader?.read();
    await reader?.cancel();
    expect(await next).toMatchObject({ done: true });
    await rig.request(`/api/features/stream/${aiRecordId}`, { method: 'DELETE' });
    expect(rig.clock.pending()).toBe(0);
  });

  it('is unknown alike where there is nothing and where it is somebody else’s', async () => {
    const rig = createApiRig();
    const { streamingUrl } = await startOf(rig);
    const texts: string[] = [];
    for (const [path, key] of [
      [streamingUrl, 'ben'],
      ['/api/features/stream/none', 'ben'],
    ] as const)
      for (const method of ['GET', 'DELETE']) {
        const response = await rig.request(path, { key, method });
        expect(response.status).toBe(404);
        texts.push(await response.text());
      }
    expect(new Set(texts).size).toBe(1);
  });
});

describe('DELETE /api/features/stream/{id}', () => {
  it('stops the model, keeps what came, and may be repeated', async () => {
    const rig = createApiRig({ script: [say('A red '), { type: 'stall' }] });
    const { data } = featureAckSchema.parse(await (await rig.post('/api/features', await rig.example())).json());
    const reading = (await rig.request(data.streamingUrl)).text();
    await rig.clock.advance(10);
    for (const _time of [1, 2]) {
      const response = await rig.request(data.streamingUrl, { method: 'DELETE' });
      expect([response.status, await response.text()]).toEqual([204, '']);
    }
    expect(readEvents(await reading)).toMatchObject([
      ['content', { content: 'A red ' }],
      ['result', { aiRecord: { metadata: { finishReason: 'stopped' }, aiRecordDetail: { resultObject: ['A red '] } } }],
      ['done', {}],
    ]);
    expect(rig.model.open()).toBe(0);
  });
});
