import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ApiFailure } from '../../src/engine/api-failure.ts';
import { toErrorEnvelope } from '../../src/engine/to-error-envelope.ts';

type Answer = { readonly status: number; readonly sentence: string };

const tooSlow: Answer = { status: 408, sentence: 'The request came too slowly.' };
const answersByCode: Readonly<Record<string, Answer>> = {
  HPE_HEADER_OVERFLOW: { status: 431, sentence: 'The headers of the request are larger than 16 KB.' },
  ERR_HTTP_REQUEST_TIMEOUT: tooSlow,
};
const malformed: Answer = { status: 400, sentence: 'The request is not valid HTTP.' };

/** The envelope written by hand: there is no request yet that an app could answer. */
function toBytes({ status, sentence }: Answer): string {
  const body = JSON.stringify(toErrorEnvelope(new ApiFailure('INVALID_REQUEST', sentence)));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

function answerOn(socket: Duplex, answer: Answer): void {
  // Once an answer has begun on this connection, more bytes would only spoil it.
  const isFresh = 'bytesWritten' in socket && socket.bytesWritten === 0;
  if (isFresh && socket.writable) socket.end(toBytes(answer), () => socket.destroy());
  else socket.destroy();
}

/** Answers what is no HTTP request, or too slow or too large a one, and closes the connection. */
export function answerClientError(error: Error, socket: Duplex): void {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ECONNRESET') socket.destroy();
  else answerOn(socket, answersByCode[code] ?? malformed);
}

/** The same for a request whose body does not come. */
export function answerSlowBody(socket: Duplex): void {
  answerOn(socket, tooSlow);
}
