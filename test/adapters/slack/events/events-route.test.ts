import { expect, it } from 'vitest';
import { createEventsRoute, eventsPath } from '../../../../adapters/slack/events/events-route.ts';
import {
  largestBodyBytes,
  type SlackReply,
  type SlackRequest,
} from '../../../../adapters/slack/events/read-request.ts';

const taken: SlackReply = { status: 200, headers: {}, body: '' };

/** The route over whatever answers, and what it was asked. */
function createRoute(reply: SlackReply = taken) {
  const asked: { body: string; header: string | null; isClosing: boolean }[] = [];
  const closing = new AbortController();
  const answer = async ({ body, headers }: SlackRequest, signal: AbortSignal) => {
    const text = new TextDecoder().decode(body);
    asked.push({ body: text, header: headers.get('x-slack-signature'), isClosing: signal.aborted });
    return reply;
  };
  const routes = createEventsRoute(answer, closing.signal);
  const post = async (body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}) =>
    routes.request(eventsPath, { method: 'POST', body, headers, duplex: 'half' } as const);
  return { routes, post, asked, closing };
}

/** A body that comes piece by piece and says nothing of its length. */
function inPieces(pieces: number, sizeBytes: number, onPull: () => void = () => {}): ReadableStream<Uint8Array> {
  let left = pieces;
  return new ReadableStream({
    pull(controller) {
      onPull();
      left -= 1;
      if (left < 0) controller.close();
      else controller.enqueue(new Uint8Array(sizeBytes).fill(120));
    },
  });
}

it('hands over the body as it came, with its headers', async () => {
  const { post, asked } = createRoute();
  expect((await post('{"a": "ä\n"}', { 'x-slack-signature': 'v0=1' })).status).toBe(200);
  expect(asked).toEqual([{ body: '{"a": "ä\n"}', header: 'v0=1', isClosing: false }]);
});

it('gives Slack the answer with its status and headers', async () => {
  const { post } = createRoute({ status: 503, headers: { 'content-type': 'text/plain' }, body: 'not now' });
  const response = await post('{}');
  expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
    503,
    'text/plain',
    'not now',
  ]);
});

it('gives an empty answer without a body', async () => {
  const response = await createRoute().post('{}');
  expect(response.body).toBeNull();
});

it('takes a body of exactly the largest size, and refuses a larger one unasked', async () => {
  const { post, asked } = createRoute();
  expect((await post('x'.repeat(largestBodyBytes))).status).toBe(200);
  expect((await post('x'.repeat(largestBodyBytes + 1))).status).toBe(413);
  expect(asked).toHaveLength(1);
});

it('believes no length: what comes is counted, and no more is read than is needed', async () => {
  const { post, asked } = createRoute();
  let pulls = 0;
  const megabyte = 1_048_576;
  const body = inPieces(1_000, megabyte, () => {
    pulls += 1;
  });
  expect((await post(body, { 'content-length': '2' })).status).toBe(413);
  expect(asked).toEqual([]);
  expect(pulls).toBeLessThan(10);
});

it('refuses by the announced length before anything is read', async () => {
  const { post } = createRoute();
  let pulls = 0;
  const body = inPieces(3, 10, () => {
    pulls += 1;
  });
  expect((await post(body, { 'content-length': String(largestBodyBytes + 1) })).status).toBe(413);
  expect(pulls).toBeLessThan(2);
});

it('takes a request without a body for an empty one', async () => {
  const { routes, asked } = createRoute();
  expect((await routes.request(eventsPath, { method: 'POST' })).status).toBe(200);
  expect(asked).toMatchObject([{ body: '' }]);
});

it('is for posts alone', async () => {
  const { routes, asked } = createRoute();
  const methods = ['GET', 'PUT', 'DELETE', 'OPTIONS'];
  const answers = await Promise.all(methods.map((method) => routes.request(eventsPath, { method })));
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  expect(asked).toEqual([]);
});

it('tells whoever answers that nothing is taken any more', async () => {
  const { post, asked, closing } = createRoute();
  closing.abort(new Error('shutting down'));
  await post('{}');
  expect(asked).toMatchObject([{ isClosing: true }]);
});
