import type { ServerResponse } from 'node:http';

/** How a recorded stream gets to the other side. */
export type Delivery = {
  /** Pieces of so many bytes, or of 1 to 9 bytes in turn; null for one piece. They split characters, lines and events. */
  readonly pieceBytes: number | 'uneven' | null;
  readonly lineEnd: '\n' | '\r\n';
  /** A comment of server-sent events between all events, as proxies and some vendors send. */
  readonly keepAlives: boolean;
  /** Events that are sent before the ending; null for all of them. */
  readonly events: number | null;
  /** What comes after the last event. */
  readonly ending: 'end' | 'silence' | 'reset';
};

const asRecorded: Delivery = { pieceBytes: 'uneven', lineEnd: '\n', keepAlives: false, events: null, ending: 'end' };

/** Sends a recorded stream. */
export async function deliver(
  response: ServerResponse,
  recorded: string,
  wanted: Partial<Delivery>,
  onSent: (bytes: number) => void,
): Promise<void> {
  const delivery = { ...asRecorded, ...wanted };
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  for (const piece of cut(toBytes(recorded, delivery), delivery.pieceBytes)) {
    if (response.destroyed) return;
    if (!response.write(piece)) await untilDrained(response);
    onSent(piece.length);
    // Each piece in a packet of its own, or nearly so.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (delivery.ending === 'end') response.end();
  if (delivery.ending === 'reset') response.socket?.resetAndDestroy();
}

/** Resolves as well when the other side has hung up. */
function untilDrained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

function toBytes(recorded: string, { lineEnd, keepAlives, events }: Delivery): Buffer {
  const all = recorded
    .split(/\n\n+/)
    .map((event) => event.trim())
    .filter((event) => event !== '');
  const sent = all.slice(0, events ?? all.length).map((event) => `${event}\n\n`);
  const text = sent.join(keepAlives ? ': keep-alive\n\n' : '');
  return Buffer.from(text.replaceAll('\n', lineEnd), 'utf8');
}

function* cut(bytes: Buffer, pieceBytes: Delivery['pieceBytes']): Generator<Buffer> {
  for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
    const size = pieceBytes === 'uneven' ? ((turn * 7) % 9) + 1 : (pieceBytes ?? bytes.length);
    yield bytes.subarray(start, start + size);
    start += size;
  }
}
