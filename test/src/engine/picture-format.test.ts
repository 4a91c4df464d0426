import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recognisePicture } from '../../../src/engine/picture-format.ts';
import { pictureHeads } from '../../fakes/sample-picture.ts';

const latin = (text: string) => Buffer.from(text, 'latin1');

describe('recognising a picture', () => {
  it.each(Object.entries(pictureHeads))('knows %s by its first 12 bytes', (mimeType, head) => {
    expect(recognisePicture(head.subarray(0, 12))).toEqual({ type: 'picture', mimeType });
  });

  it.each([
    ['a HEIC picture', latin('\0\0\0\x18ftypheic')],
    ['an AVIF picture', latin('\0\0\0\x1cftypavif')],
    ['an MP4 video', latin('\0\0\0\x18ftypisom')],
    ['a QuickTime video', latin('\0\0\0\x14ftypqt  ')],
    ['a PDF', latin('%PDF-1.7\n')],
    ['an SVG drawing', latin('<svg xmlns="http://www.w3.org/2000/svg">')],
    ['an SVG drawing', latin('\xef\xbb\xbf <?xml version="1.0"?><!-- made by hand --><svg>')],
    ['an SVG drawing', latin('<!-- GIF89a --><svg/>'.replace('/>', '>'))],
    ['an XML file', latin('<?xml version="1.0"?><rss>')],
    ['an HTML page', latin('\n<!DOCTYPE html><html>')],
    ['a TIFF picture', latin('II*\0\x08\0\0\0')],
    ['a BMP picture', latin('BM\x36\0\0\0')],
    ['a ZIP archive or an office document', latin('PK\x03\x04')],
    ['a Windows program', latin('MZ\x90\0')],
    ['a WAV recording', latin('RIFF\x24\0\0\0WAVEfmt ')],
    ['a text', latin('hello\r\nworld')],
    ['a text', Buffer.from('Grüße 🐈, cut in the middle: 🐈').subarray(0, -2)],
    ['not a picture that we know', latin('\x01\x02\x03')],
    ['not a picture that we know', latin('\x89')],
  ])('names %s', (name, head) => {
    expect(recognisePicture(head)).toEqual({ type: 'other', name });
  });

  it('takes nothing whose signature is cut, shifted or in the wrong case', () => {
    const wrong = [
      latin('\x89PNG\r\n\x1a'),
      latin(' \x89PNG\r\n\x1a\n'),
      latin('\x89png\r\n\x1a\n'),
      latin('\xff\xd8'),
      latin('GIF88a'),
      latin('RIFF\x24\0\0\0WEB'),
      latin('RIFX\x24\0\0\0WEBP'),
    ];
    expect(wrong.map((head) => recognisePicture(head).type)).toEqual(wrong.map(() => 'other'));
  });

  it('gives a verdict on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (head) => {
        expect(['picture', 'other']).toContain(recognisePicture(head).type);
      }),
    );
  });
});
