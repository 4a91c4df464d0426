import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFailureText, describeFailure, knownFailureCodes } from '../../../src/delivery/failure-text.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { createFakeIds } from '../../fakes/fake-ids.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';

describe('the sentence of a failure', () => {
  it.each([...knownFailureCodes])('%s says what happened and what to do', (code) => {
    const sentence = describeFailure(new Failure(code, 'a message for the log'));
    expect(sentence).toMatch(/^[\p{Lu}`]/u);
    expect(sentence).toMatch(/\.$/);
    expect(sentence).not.toMatch(/undefined|null|NaN|a message for the log| {2}/);
    expect(sentence?.length).toBeGreaterThan(30);
    expect(sentence?.length).toBeLessThan(220);
  });

  it('is different for every code', () => {
    const all = knownFailureCodes.map((code) => describeFailure(new Failure(code, '')));
    expect(new Set(all).size).toBe(knownFailureCodes.length);
  });

  it('names the picture, its format and the limit', () => {
    const format = new Failure('image-type-unsupported', '', { facts: { format: 'HEIC' } });
    expect(describeFailure(format, { name: 'IMG_1.heic' })).toBe(
      '`IMG_1.heic` is HEIC, which I cannot read. Send it as JPEG, PNG, WebP or GIF.',
    );
    const scope = new Failure('image-no-access', '', { facts: { needed: 'files:read' } });
    expect(describeFailure(scope, { name: 'a.png' })).toContain('has the scope `files:read`.');
    const size = new Failure('image-too-large', '', { facts: { name: 'a.png', maxBytes: 20 * 1_024 * 1_024 } });
    expect(describeFailure(size)).toBe('`a.png` is larger than 20 MB. Send a smaller copy.');
  });

  it('names the variable of a key that was refused, and the time to wait', () => {
    const refused = new Failure('chat-unauthorized', '', { facts: { variable: 'OPENAI_API_KEY' } });
    expect(describeFailure(refused)).toContain('check `OPENAI_API_KEY`.');
    const busy = new Failure('chat-rate-limited', '', { retryAfterMs: 19_200 });
    expect(describeFailure(busy)).toContain('Ask again in 20 seconds.');
  });

  it('cannot be broken out of by a hostile fact', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.constantFrom(...knownFailureCodes),
        (fact, code) => {
          const facts = { name: fact, format: fact, model: fact, variable: fact, field: fact, maxPictures: fact };
          const sentence = describeFailure(new Failure(code, '', { facts })) ?? '';
          expect(sentence.length).toBeLessThan(400);
          expect(sentence).not.toMatch(/[\n\r]/);
          expect((sentence.match(/`/g) ?? []).length % 2).toBe(0);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('an error nobody foresaw', () => {
  it('gives a neutral sentence with an id, and the details to the log under that id', () => {
    const logger = createSilentLogger();
    const failureText = createFailureText({ ids: createFakeIds(), logger });
    const sentence = failureText(new TypeError('x is not a function'));
    expect(sentence).toBe(
      'Something went wrong on my side. Ask again; if it happens again, tell whoever runs the bot. (token-1)',
    );
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]?.facts).toMatchObject({ id: 'token-1', reason: 'x is not a function' });
  });

  it('is also a failure whose code has no sentence, or something that is no error', () => {
    const failureText = createFailureText({ ids: createFakeIds(), logger: createSilentLogger() });
    expect(failureText(new Failure('something-new', 'secret details'))).toMatch(/\(token-1\)$/);
    expect(failureText('thrown text')).toMatch(/\(token-2\)$/);
  });

  it('is not logged when the failure is known', () => {
    const logger = createSilentLogger();
    const failureText = createFailureText({ ids: createFakeIds(), logger });
    expect(failureText(new Failure('chat-timeout', 'took 61 s'))).toMatch(/^The model took too long/);
    expect(logger.lines).toEqual([]);
  });
});
