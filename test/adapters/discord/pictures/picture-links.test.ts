import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isSamePicture,
  readExpiryMs,
  readPictureLocator,
  toGivenPictureLocator,
  toPictureLocator,
  withSignatureOf,
} from '../../../../adapters/discord/pictures/picture-links.ts';

const links = {
  url: 'https://cdn.discordapp.com/attachments/1/2/a.png?ex=6941bfff&is=69406e7f&hm=abc&',
  proxyUrl: 'https://media.discordapp.net/attachments/1/2/a.png?ex=6941bfff&is=69406e7f&hm=abc&',
  contentType: 'image/png',
  width: 640,
  height: 480,
};

describe('a picture’s locator', () => {
  it('brings back where an attachment is', () => {
    const locator = toPictureLocator({ ...links, channelId: '10', messageId: '20', attachmentId: '30' });
    expect(readPictureLocator(locator)).toEqual({
      links,
      home: { type: 'attachment', channel: '10', message: '20', attachment: '30' },
    });
  });

  it('is an embed’s without the id of an attachment', () => {
    const locator = toPictureLocator({ ...links, channelId: '10', messageId: '20', attachmentId: null });
    expect(readPictureLocator(locator)?.home).toEqual({ type: 'embed', channel: '10', message: '20' });
  });

  it('knows no message for what was given to a command', () => {
    const locator = toGivenPictureLocator({ ...links, proxyUrl: null });
    expect(readPictureLocator(locator)).toEqual({ links: { ...links, proxyUrl: null }, home: { type: 'interaction' } });
  });

  it('keeps no side that is no number of pixels', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer()), (side) => {
        const read = readPictureLocator(toGivenPictureLocator({ ...links, width: side, height: side }));
        expect(read?.links.width).toBe(Number.isSafeInteger(side) && side > 0 ? side : null);
      }),
    );
  });

  it.each(['', '{}', 'https://cdn.discordapp.com/a.png', '{"links":{},"home":{"type":"interaction"}}'])(
    'is not "%s"',
    (text) => {
      expect(readPictureLocator(text)).toBeNull();
    },
  );

  it('has no ids that are none', () => {
    const locator = toPictureLocator({ ...links, channelId: '../users/@me', messageId: '20', attachmentId: null });
    expect(readPictureLocator(locator)).toBeNull();
  });
});

describe('a signed link', () => {
  it('says until when it is good', () => {
    expect(readExpiryMs(links.url)).toBe(0x6941bfff * 1_000);
  });

  it.each(['https://cdn.discordapp.com/a.png', 'https://cdn.discordapp.com/a.png?ex=soon', 'no address'])(
    'says nothing in %s',
    (address) => {
      expect(readExpiryMs(address)).toBeNull();
    },
  );

  it('leads to the same picture whatever its signature', () => {
    expect(isSamePicture(links.url, links.url.replaceAll('6', '7').replace('abc', 'def'))).toBe(true);
    expect(isSamePicture('https://example.com/a.png?size=1', 'https://example.com/a.png?size=2')).toBe(false);
    expect(isSamePicture(links.url, links.proxyUrl)).toBe(false);
  });

  it('takes the signature of a fresher one and keeps the rest', () => {
    const fresh = links.url.replace('abc', 'fresh');
    expect(withSignatureOf(`${links.proxyUrl}width=5`, fresh)).toBe(
      'https://media.discordapp.net/attachments/1/2/a.png?ex=6941bfff&is=69406e7f&hm=fresh&width=5',
    );
    expect(withSignatureOf('no address', fresh)).toBe('no address');
  });
});
