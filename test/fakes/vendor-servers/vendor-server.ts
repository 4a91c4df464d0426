import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Delivery, deliver } from './deliver.ts';

/** What a server got, as it came. */
export type ReceivedRequest = {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
};

/** An answer that is not the vendor's stream. */
export type Refusal = {
  readonly status: number;
  readonly body: string | object;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A vendor's wire format: what it refuses of a request, with the status and body that it documents; null when it would answer. */
export type VendorWire = {
  /** The folder of its streams below test/fixtures/vendors. */
  readonly fixtures: string;
  /** The path of the base URL that the SDK is given. */
  readonly basePath: string;
  check(request: ReceivedRequest, apiKey: string | null): Refusal | null;
};

/** What happens to the next request that would have been answered. */
export type Fault =
  | { readonly type: 'refuse'; readonly refusal: Refusal }
  /** Refused, but the body of the refusal never ends. */
  | { readonly type: 'refuse-slowly'; readonly refusal: Refusal }
  /** The connection is reset before anything is answered. */
  | { readonly type: 'reset' }
  /** Nothing is answered. */
  | { readonly type: 'silence' }
  /** A stream of test/fixtures/vendors. */
  | ({ readonly type: 'play'; readonly fixture: string } & Partial<Delivery>)
  /** A stream that a test makes up. */
  | ({ readonly type: 'send'; readonly recorded: string } & Partial<Delivery>);

/** A vendor on a real socket of this machine. */
export type VendorServer = {
  readonly baseUrl: string;
  readonly requests: readonly ReceivedRequest[];
  /** For the next request; several are taken in order. Without one, `answer.txt` is streamed. */
  next(...faults: readonly Fault[]): void;
  /** Requests that are still open. */
  open(): number;
  /** Connections that are still open. */
  sockets(): number;
  /** Bytes of streams that the other side has made room for. */
  sentBytes(): number;
  close(): Promise<void>;
};

const folder = join(import.meta.dirname, '../../fixtures/vendors');

/** The text of a recorded stream. */
function readFixture(vendor: string, name: string): string {
  return readFileSync(join(folder, vendor, `${name}.txt`), 'utf8');
}

/** Starts a vendor that knows one key; null is a server that wants none. */
export async function startVendorServer(wire: VendorWire, apiKey: string | null): Promise<VendorServer> {
  const requests: ReceivedRequest[] = [];
  const faults: Fault[] = [];
  let open = 0;
  let sentBytes = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const received = await receive(request);
    requests.push(received);
    const refusal = wire.check(received, apiKey);
    if (refusal !== null) return refuse(response, refusal, true);
    const fault = faults.shift() ?? { type: 'play', fixture: 'answer' };
    if (fault.type === 'refuse') return refuse(response, fault.refusal, true);
    if (fault.type === 'refuse-slowly') return refuse(response, fault.refusal, false);
    if (fault.type === 'reset') return void request.socket.resetAndDestroy();
    if (fault.type === 'silence') return;
    response.socket?.setNoDelay(true);
    const recorded = fault.type === 'send' ? fault.recorded : readFixture(wire.fixtures, fault.fixture);
    await deliver(response, recorded, fault, (bytes) => {
      sentBytes += bytes;
    });
  };

  const server = createServer((request, response) => {
    open += 1;
    response.on('close', () => {
      open -= 1;
    });
    // Whoever hangs up in the middle of a request is no defect.
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let sockets = 0;
  server.on('connection', (socket) => {
    sockets += 1;
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets -= 1;
    });
  });

  return {
    baseUrl: `http://127.0.0.1:${toPort(server.address())}${wire.basePath}`,
    requests,
    next: (...more) => void faults.push(...more),
    open: () => open,
    sockets: () => sockets,
    sentBytes: () => sentBytes,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function toPort(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function receive(request: IncomingMessage): Promise<ReceivedRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  const text = Buffer.concat(pieces).toString('utf8');
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers,
    body: text === '' ? null : JSON.parse(text),
  };
}

function refuse(response: ServerResponse, { status, body, headers }: Refusal, ends: boolean) {
  const isPage = typeof body === 'string';
  response.writeHead(status, { 'content-type': isPage ? 'text/html; charset=UTF-8' : 'application/json', ...headers });
  response.write(isPage ? body : JSON.stringify(body));
  if (ends) response.end();
}
