import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { errorMessage } from '../../../../src/lib/errors.ts';
import type { Fault } from '../../../fakes/vendor-servers/vendor-server.ts';
import { type Asked, rightKey, startVendorRig, toPicture, vendorIds } from './vendor-rig.ts';

const picture = toPicture('canary picture canary picture canary picture');
const base64 = Buffer.from(await picture.read(new AbortController().signal)).toString('base64');
const asked = {
  prompt: 'canary prompt: is this my passport?',
  pictures: [picture],
  history: [{ model: 'm', prompt: 'canary past prompt', pictures: [picture], answer: 'canary past answer' }],
  sources: [{ url: 'https://canary.example/', title: 'canary title', text: 'canary page' }],
};

/** A vendor at its worst: every field of its error repeats the request. */
const echo = `${rightKey} canary prompt: is this my passport? data:image/png;base64,${base64} canary past answer canary page`;
const error = {
  message: echo,
  type: echo,
  code: rightKey,
  param: echo,
  status: echo,
  details: [{ reason: echo, msg: echo }],
};

const faults: Record<string, Fault> = {
  'a refused request': { type: 'refuse', refusal: { status: 400, body: { error } } },
  'a refused key': { type: 'refuse', refusal: { status: 401, body: { error } } },
  'a refused picture': {
    type: 'refuse',
    refusal: { status: 400, body: { error: { ...error, message: `image ${echo}` } } },
  },
  'an error of Mistral’s kind': { type: 'refuse', refusal: { status: 422, body: { object: 'error', ...error } } },
  'a refused schema': {
    type: 'refuse',
    refusal: { status: 422, body: { detail: [{ loc: ['body', echo], msg: echo }] } },
  },
  'a page': { type: 'refuse', refusal: { status: 500, body: `<html>${echo}</html>` } },
  'a page with a good status': { type: 'refuse', refusal: { status: 200, body: `<html>${echo}</html>` } },
  'a redirect': {
    type: 'refuse',
    refusal: { status: 307, body: echo, headers: { location: `http://127.0.0.1:9/${rightKey}` } },
  },
  'an error in the stream': { type: 'send', recorded: `data: ${JSON.stringify({ error })}\n\n` },
  'an error event': { type: 'send', recorded: `event: error\ndata: ${JSON.stringify({ type: 'error', error })}\n\n` },
  'an event that cannot be read': { type: 'send', recorded: `data: {"echo": "${echo}\n\n` },
  'an event of another shape': { type: 'send', recorded: `data: ${JSON.stringify({ echo, choices: echo })}\n\n` },
  'a reset': { type: 'reset' },
  'a stream that is cut': { type: 'play', fixture: 'answer', events: 4, ending: 'reset' },
};

/** Everything that anybody could get to from a failure. */
function showAll(failure: unknown): string {
  const shown = inspect(failure, {
    depth: Number.POSITIVE_INFINITY,
    showHidden: true,
    maxStringLength: null,
    maxArrayLength: null,
  });
  return `${shown} ${JSON.stringify(failure)} ${errorMessage(failure)}`;
}

function expectNothing({ failure }: Asked) {
  expect(failure).not.toBeNull();
  const shown = showAll(failure);
  expect(shown).not.toContain('canary');
  expect(shown).not.toContain(base64.slice(0, 40));
  expect(shown).not.toContain('sk-proj');
  expect(shown).not.toMatch(/APICallError|requestBodyValues|authorization|api-key/i);
  // What is not ours is not kept, whatever is in it.
  expect(failure?.cause).toBeUndefined();
}

describe.each(vendorIds)('a failure of %s', (vendor) => {
  it.each(Object.entries(faults))('tells neither key nor question nor picture after %s', async (_name, fault) => {
    const rig = await startVendorRig(vendor);
    try {
      rig.server.next(fault);
      expectNothing(await rig.ask(asked));
    } finally {
      await rig.close();
    }
  });
});
