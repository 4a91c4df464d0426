import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../../adapters/sqlite/open-database.ts';
import { createWebPlatform, type WebPlatform } from '../../../adapters/web/platform.ts';
import { createRandomIds } from '../../../src/lib/ids.ts';
import { createFakeClock, type FakeClock } from '../../fakes/fake-clock.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';

/** A browser without a page: it keeps its cookie. */
export type Visitor = {
  readonly personId: string;
  /** GET, unless `init` says otherwise. */
  get(path: string, init?: RequestInit): Promise<Response>;
  /** JSON, unless the body is bytes. */
  post(path: string, body: unknown): Promise<Response>;
  /** Posts a message; in #photos unless told otherwise. */
  write(message: Partial<PostBody>): Promise<Response>;
  /** DELETE. */
  remove(path: string): Promise<Response>;
  upload(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string>;
};

type PostBody = {
  channel: string;
  thread: string | null;
  text: string;
  files: readonly string[];
  quotes: string | null;
  nonce: string;
};

/** The playground over a database and a folder of its own. */
export type StartedWeb = WebPlatform & {
  readonly clock: FakeClock;
  readonly folder: string;
  readonly logger: ReturnType<typeof createSilentLogger>;
  visit(): Promise<Visitor>;
  /** What the bot has posted at a place, as it is stored. */
  answersAt(placeId: string): { ref: string; text: string; state: 'streaming' | 'final' }[];
  /** SQL that changes what is stored behind the playground's back. */
  change(sql: string, ...values: string[]): void;
  /** The same folder and database, a new program. */
  restart(): Promise<StartedWeb>;
  close(): Promise<void>;
};

const models = [
  {
    id: 'inspector',
    name: 'Inspector',
    vendor: 'Sightline',
    contextTokens: null,
    price: { input: 0, output: 0, perTokens: 1_000_000 },
    seesPictures: true,
    maxPictures: 10,
    bestAt: 'facts of the file',
    unavailableBecause: null,
  },
];

/** Reads a JSON answer as a record, for tests to look into. */
export async function readBody(response: Response): Promise<Record<string, unknown>> {
  const body: unknown = await response.json();
  if (typeof body !== 'object' || body === null) throw new Error('the answer is no object');
  return { ...body };
}

/** The member of a record as a record. */
export function member(record: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = record[name];
  if (typeof value !== 'object' || value === null) throw new Error(`${name} is no object`);
  return { ...value };
}

async function visit(routes: WebPlatform['routes']): Promise<Visitor> {
  const session = await routes.request('/playground/session');
  const cookie = session.headers.get('Set-Cookie')?.split(';')[0] ?? '';
  const personId = String(member(await readBody(session), 'person')['id']);
  let written = 0;
  const request = async (path: string, init: RequestInit = {}) =>
    routes.request(path, { ...init, headers: { Cookie: cookie, ...init.headers } });
  const post = (path: string, body: unknown) =>
    body instanceof Uint8Array
      ? request(path, { method: 'POST', body: new Uint8Array(body) })
      : request(path, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  return {
    personId,
    get: (path, init) => request(path, init),
    remove: (path) => request(path, { method: 'DELETE' }),
    post,
    write(message) {
      written += 1;
      const nonce = `nonce-${personId}-${written}`;
      return post('/playground/messages', {
        channel: 'photos',
        thread: null,
        text: '',
        files: [],
        quotes: null,
        nonce,
        ...message,
      });
    },
    async upload(name, bytes) {
      const answer = await post(`/playground/files?name=${encodeURIComponent(name)}`, bytes);
      return String((await readBody(answer))['id']);
    },
  };
}

async function open(folder: string): Promise<StartedWeb> {
  const clock = createFakeClock();
  const logger = createSilentLogger();
  const database = openDatabase(join(folder, 'sightline.db'));
  const platform = createWebPlatform({
    database,
    picturesFolder: join(folder, 'pictures'),
    clock,
    ids: createRandomIds(),
    logger,
    botName: 'sightline',
    listModels: async () => models,
    apiKey: null,
    apiUrl: () => 'http://127.0.0.1:3000',
  });
  return {
    ...platform,
    clock,
    folder,
    logger,
    visit: () => visit(platform.routes),
    answersAt(placeId) {
      const [channel = '', thread = ''] = placeId.split('/');
      const rows = database
        .prepare(
          'SELECT * FROM web_messages WHERE author IS NULL AND channel = ? AND ifnull(thread, ?) = ? ORDER BY seq',
        )
        .all(channel, '', thread);
      return rows.map((row) => ({
        ref: String(row['id']),
        text: String(row['text']),
        state: row['state'] === 'final' ? 'final' : 'streaming',
      }));
    },
    change(sql, ...values) {
      database.prepare(sql).run(...values);
    },
    restart: () => {
      database.close();
      return open(folder);
    },
    async close() {
      if (database.isOpen) database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts it with nothing in it. */
export async function startWeb(): Promise<StartedWeb> {
  return open(await mkdtemp(join(tmpdir(), 'sightline-web-')));
}
