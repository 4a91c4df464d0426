import { describe, expect, it } from 'vitest';
import type { SlackFile } from '../../../../adapters/slack/pictures/picture-locator.ts';
import { findSmallerCopy } from '../../../../adapters/slack/pictures/smaller-copy.ts';

const mebibyte = 1_024 * 1_024;
const maxBytes = 20 * mebibyte;
const large: SlackFile = {
  id: 'F1',
  state: 'open',
  url: 'https://files.slack.com/a',
  copy: { url: 'https://files.slack.com/1024', width: 1_024, height: 768 },
  mimeType: 'image/jpeg',
  otherKind: null,
  sizeBytes: 9 * mebibyte,
  width: 4_000,
  height: 3_000,
};

describe('the smaller copy of a picture', () => {
  it('stands in for a picture of more than 8 MB, with the facts of the picture', () => {
    expect(findSmallerCopy(large, maxBytes)).toEqual({
      url: 'https://files.slack.com/1024',
      posted: { format: 'JPEG', width: 4_000, height: 3_000, sizeBytes: 9 * mebibyte, frames: 1 },
    });
    expect(findSmallerCopy({ ...large, sizeBytes: 8 * mebibyte }, maxBytes)).toBeNull();
  });

  it('tells the sides of the picture as people see it', () => {
    const turned = { ...large, copy: { url: 'https://files.slack.com/1024', width: 768, height: 1_024 } };
    expect(findSmallerCopy(turned, maxBytes)?.posted).toMatchObject({ width: 3_000, height: 4_000 });
    const unknown = { ...large, copy: { url: 'https://files.slack.com/1024', width: null, height: null } };
    expect(findSmallerCopy({ ...unknown, sizeBytes: maxBytes + 1 }, maxBytes)?.posted).toMatchObject({ width: 4_000 });
  });

  it('is not worth its loss when it is much smaller than it could be', () => {
    const tiny = { ...large, copy: { url: 'https://files.slack.com/360', width: 360, height: 270 } };
    expect(findSmallerCopy(tiny, maxBytes)).toBeNull();
    expect(findSmallerCopy({ ...tiny, sizeBytes: maxBytes + 1 }, maxBytes)?.url).toBe('https://files.slack.com/360');
    const whole = { ...tiny, width: 360, height: 270 };
    expect(findSmallerCopy(whole, maxBytes)).not.toBeNull();
  });

  it('is taken of a GIF only where the GIF itself is too large: its own bytes alone tell that it moves', () => {
    const gif = { ...large, mimeType: 'image/gif' };
    expect(findSmallerCopy(gif, maxBytes)).toBeNull();
    expect(findSmallerCopy({ ...gif, sizeBytes: maxBytes + 1 }, maxBytes)).not.toBeNull();
  });

  it.each([{ copy: null }, { sizeBytes: null }, { width: null }, { mimeType: null }, { mimeType: 'image/heic' }])(
    'is not used where too little is known: %o',
    (change) => {
      expect(findSmallerCopy({ ...large, sizeBytes: maxBytes + 1, ...change }, maxBytes)).toBeNull();
    },
  );
});
