import type { FoundCodes } from '../wire.ts';
import { quoteInline } from './quote.ts';

const kindNames: Readonly<Record<string, string>> = {
  QRCode: 'QR code',
  MicroQRCode: 'Micro QR code',
  RMQRCode: 'rMQR code',
  DataMatrix: 'Data Matrix code',
  Aztec: 'Aztec code',
  PDF417: 'PDF417 code',
  EAN13: 'EAN-13 bar code',
  EAN8: 'EAN-8 bar code',
  UPCA: 'UPC-A bar code',
  UPCE: 'UPC-E bar code',
  ISBN: 'ISBN bar code',
  Code128: 'Code 128 bar code',
  Code39: 'Code 39 bar code',
  Code93: 'Code 93 bar code',
  ITF: 'ITF bar code',
};

function describeCode({ format, text }: FoundCodes[number]): string {
  const kind = kindNames[format] ?? `${format} code`;
  return text === '' ? `${kind} without text` : `${kind}: ${quoteInline(text)}`;
}

/** Codes with their content, quoted; empty when there are none and nobody asked. */
export function tellCodes(codes: FoundCodes, asked: boolean): string {
  if (codes.length === 0) return asked ? 'I find no QR or bar code in it.' : '';
  const hasLink = codes.some(({ text }) => /^\s*(?:https?:|www\.)/i.test(text));
  const warning = hasLink ? '\n\nI did not open the link, and cannot say whether it is safe.' : '';
  const [only] = codes;
  if (codes.length === 1 && only !== undefined) return `It holds a ${describeCode(only)}${warning}`;
  return (
    [`It holds ${codes.length} codes:`, '', ...codes.map((code) => `- ${describeCode(code)}`)].join('\n') + warning
  );
}
