import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { createAskForFile } from '../../../../adapters/slack/pictures/ask-for-file.ts';
import { createSlackImageSource } from '../../../../adapters/slack/pictures/image-source.ts';
import { toPreviewRefs } from '../../../../adapters/slack/pictures/picture-refs.ts';
import { attachmentSchema } from '../../../../adapters/slack/pictures/picture-wire.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import type { FakeSlackOptions } from '../../../fakes/slack/fake-slack.ts';
import { live } from '../api/api-rig.ts';
import { createPictureRig, jpeg } from './picture-rig.ts';

const rigs: ReturnType<typeof createPictureRig>[] = [];
afterEach(() => {
  for (const rig of rigs.splice(0)) rig.end();
});

function start(options: Omit<FakeSlackOptions, 'clock'> = {}) {
  const rig = createPictureRig(options);
  rigs.push(rig);
  return rig;
}

const small = await jpeg();
const name = 'cat.jpg';

describe('a picture', () => {
  it('is fetched as it was uploaded, with the token of the workspace that sees it', async () => {
    const rig = start();
    const ref = rig.refOf(rig.share({ name, bytes: small }));
    expect(ref).toMatchObject({ name, sizeBytes: small.byteLength });
    expect(await rig.fetch(ref)).toEqual({ bytes: small, posted: null });
    expect(rig.slack.files.downloads()).toMatchObject([{ bearer: rig.installation.token, status: 200 }]);
    expect(rig.infos()).toBe(0);
  });

  it('is asked for where an event carries no more than its id', async () => {
    const rig = start();
    const ref = rig.refOf(rig.share({ name, bytes: small, stub: true }));
    expect(ref).toMatchObject({ name: '', sizeBytes: null });
    expect(await rig.fetch(ref)).toEqual({ bytes: small, posted: null });
    expect(rig.infos()).toBe(1);
  });

  it('is asked for where its address is missing or too long to be kept', async () => {
    const rig = start();
    const record = rig.share({ name, bytes: small });
    const url_private = `https://files.slack.com/${'x'.repeat(3_000)}`;
    for (const more of [
      { url_private: null, url_private_download: null },
      { url_private, url_private_download: null },
    ])
      expect(await rig.fetch(rig.refOf(record, more))).toEqual({ bytes: small, posted: null });
    expect(rig.infos()).toBe(2);
  });

  it('is asked for once more where it has moved', async () => {
    const rig = start();
    const ref = rig.refOf(rig.share({ name, bytes: small }));
    rig.slack.faults.next({ method: /cat/ }, { type: 'status', status: 404 });
    expect(await rig.fetch(ref)).toEqual({ bytes: small, posted: null });
    expect(rig.downloads()).toEqual(['404 cat.jpg', '200 cat.jpg']);
    expect(rig.infos()).toBe(1);
  });

  it('that is a page of HTML itself is left to those who name its format', async () => {
    const rig = start();
    const bytes = new TextEncoder().encode('<!DOCTYPE html><html></html>');
    expect(await rig.fetch(rig.refOf(rig.share({ name, bytes, width: 1_600, height: 1_200 })))).toEqual({
      bytes,
      posted: null,
    });
  });
});

describe('trouble of a moment', () => {
  it.each([
    { type: 'status', status: 502 },
    { type: 'refused' },
    { type: 'rate-limited', retryAfterSeconds: 1 },
  ] as const)('is met with two further attempts: $type', async (fault) => {
    const rig = start();
    const ref = rig.refOf(rig.share({ name, bytes: small }));
    rig.slack.faults.next({ method: /cat/ }, fault, 2);
    expect(await rig.fetch(ref)).toEqual({ bytes: small, posted: null });
    rig.slack.faults.next({ method: /cat/ }, fault, 3);
    await expect(rig.fetch(ref)).rejects.toMatchObject({ code: 'image-download-failed', retryable: true });
    expect(rig.downloads()).toHaveLength(6);
  });

  it('of the API is met in the same way', async () => {
    const rig = start();
    const ref = rig.refOf(rig.share({ name, bytes: small, stub: true }));
    rig.slack.faults.next({ method: 'files.info' }, { type: 'status', status: 500 }, 2);
    expect(await rig.fetch(ref)).toEqual({ bytes: small, posted: null });
    rig.slack.faults.next({ method: 'files.info' }, { type: 'error', error: 'internal_error' }, 3);
    await expect(rig.fetch(ref)).rejects.toMatchObject({ code: 'image-download-failed', retryable: true });
  });

  it('is not waited for beyond what a person would wait', async () => {
    const rig = start();
    const ref = rig.refOf(rig.share({ name, bytes: small, stub: true }));
    rig.slack.faults.next({ method: 'files.info' }, { type: 'rate-limited', retryAfterSeconds: 60 });
    const startMs = rig.clock.now();
    await expect(rig.fetch(ref)).rejects.toMatchObject({ code: 'image-download-failed', retryAfterMs: 60_000 });
    expect(rig.clock.now()).toBe(startMs);
  });
});

describe('a picture that the bot may not have', () => {
  it.each(['page', 'redirect'] as const)(
    'is told by the %s for signing in, and the missing scope named',
    async (loginBy) => {
      const rig = start({ settings: { loginBy } });
      const ref = rig.refOf(rig.share({ name, bytes: small }));
      rig.installation.scopes.delete('files:read');
      await expect(rig.fetch(ref)).rejects.toMatchObject({ code: 'image-no-access', facts: { needed: 'files:read' } });
      expect(rig.infos()).toBe(1);
      const stub = rig.refOf(rig.share({ name, bytes: small, stub: true }));
      await expect(rig.fetch(stub)).rejects.toMatchObject({ code: 'image-no-access', facts: { needed: 'files:read' } });
    },
  );

  it('is told by that page also where Slack cannot say more', async () => {
    const rig = start();
    const ref = rig.refOf(rig.share({ name, bytes: small }));
    const stop = rig.slack.faults.always({ method: /cat/ }, { type: 'login-page' });
    await expect(rig.fetch(ref)).rejects.toMatchObject({ code: 'image-no-access', facts: { needed: 'files:read' } });
    rig.slack.faults.next({ method: 'files.info' }, { type: 'status', status: 500 }, 3);
    await expect(rig.fetch(ref)).rejects.toMatchObject({ code: 'image-no-access', facts: { needed: 'files:read' } });
    stop();
    rig.slack.faults.next({ method: /cat/ }, { type: 'login-page' });
    expect(await rig.fetch(ref)).toEqual({ bytes: small, posted: null });
  });

  it('is told by what Slack says of it', async () => {
    const rig = start();
    const hidden = rig.refOf(rig.share({ name, bytes: small, state: 'hidden' }));
    await expect(rig.fetch(hidden)).rejects.toMatchObject({ code: 'image-no-access', facts: {} });
    expect([rig.infos(), rig.downloads()]).toEqual([0, []]);
    const ref = rig.refOf(rig.share({ name, bytes: small, stub: true }));
    for (const error of ['not_visible', 'access_denied', 'team_access_not_granted']) {
      rig.slack.faults.next({ method: 'files.info' }, { type: 'error', error });
      await expect(rig.fetch(ref)).rejects.toMatchObject({ code: 'image-no-access', facts: {} });
    }
  });

  it('is told by Slack’s saying no more than before', async () => {
    const rig = start();
    const ref = rig.refOf(rig.share({ name, bytes: small, stub: true }));
    const askForFile = createAskForFile(
      async () => ({ ok: true, file: { id: 'F1', mode: 'file_access', file_access: 'check_file_info' } }),
      { retriesFor: () => 0, waits: { baseMs: 0, maxMs: 0 }, clock: rig.clock, random: () => 0 },
    );
    expect(await askForFile(rig.team.id, ref.id, live)).toMatchObject({ state: 'closed' });
  });

  it.each([401, 403])('is told by the status %i, also after it was asked for', async (status) => {
    const rig = start();
    const ref = rig.refOf(rig.share({ name, bytes: small }));
    rig.slack.faults.next({ method: /cat/ }, { type: 'status', status }, 2);
    await expect(rig.fetch(ref)).rejects.toMatchObject({ code: 'image-no-access', facts: {} });
    expect(rig.downloads()).toHaveLength(2);
  });

  it('is not asked for with the token of another workspace, nor with none', async () => {
    const rig = start();
    const other = rig.slack.installing.install(rig.slack.places.createTeam({ name: 'Sculptors' }));
    const asked: string[] = [];
    const source = createSlackImageSource({
      api: rig.api,
      tokenFor: async (team) => {
        asked.push(team);
        return team === rig.team.id ? null : other.token;
      },
      downloadFile: async () => {
        throw new Error('nothing is to be fetched');
      },
      downloadPreview: async () => {
        throw new Error('nothing is to be fetched');
      },
      clock: rig.clock,
    });
    const ref = rig.refOf(rig.share({ name, bytes: small }));
    await expect(source(ref, 1_000_000, live)).rejects.toMatchObject({ code: 'image-no-access' });
    expect(new Set(asked)).toEqual(new Set([rig.team.id]));
  });
});

describe('a picture that is gone', () => {
  it('was deleted before the download', async () => {
    const rig = start();
    const record = rig.share({ name, bytes: small });
    const [before, stub] = [rig.refOf(record), rig.refOf(record, { file_access: 'check_file_info' })];
    rig.slack.people.removeFile(record);
    for (const ref of [before, stub]) await expect(rig.fetch(ref)).rejects.toMatchObject({ code: 'image-gone' });
    expect(rig.downloads()).toEqual(['404 cat.jpg']);
    // The message shows a stone in its place.
    const stone = rig.refOf(record);
    expect(stone).toMatchObject({ id: record.id, name: '' });
    await expect(rig.fetch(stone)).rejects.toMatchObject({ code: 'image-gone' });
    expect(rig.infos()).toBe(2);
  });

  it('is too old for the workspace’s plan', async () => {
    const rig = start();
    const ref = rig.refOf(rig.share({ name, bytes: small, state: 'limited' }));
    expect(ref.name).toBe(name);
    await expect(rig.fetch(ref)).rejects.toMatchObject({ code: 'image-gone' });
  });

  it('is still said to be there, but its address leads nowhere', async () => {
    const rig = start();
    const ref = rig.refOf(rig.share({ name, bytes: small }));
    rig.slack.faults.next({ method: /cat/ }, { type: 'status', status: 404 }, 2);
    await expect(rig.fetch(ref)).rejects.toMatchObject({ code: 'image-gone' });
  });
});

describe('a file that is known to be of no use', () => {
  it.each([
    ['elsewhere', { externalUrl: 'https://drive.example/cat.jpg' }, {}, 'image-download-failed'],
    ['external, whatever its mode', {}, { is_external: true }, 'image-download-failed'],
    ['empty', { bytes: new Uint8Array() }, {}, 'image-empty'],
    ['of more than 50 megapixels', { width: 10_000, height: 5_001 }, {}, 'image-too-many-pixels'],
    ['text', { name: 'a.txt' }, {}, 'image-type-unsupported'],
    ['a video', { name: 'a.mp4' }, {}, 'image-type-unsupported'],
    ['PDF', { name: 'a.pdf' }, {}, 'image-type-unsupported'],
    ['a canvas', {}, { mode: 'quip', mimetype: 'application/vnd.slack-docs' }, 'image-type-unsupported'],
  ])('is refused without its bytes: %s', async (_kind, file, more, code) => {
    const rig = start();
    const ref = rig.refOf(rig.share({ name, bytes: small, ...file }), more);
    await expect(rig.fetch(ref)).rejects.toMatchObject({ code });
    expect([rig.downloads(), rig.infos()]).toEqual([[], 0]);
  });

  it('is refused likewise once it was asked for', async () => {
    const rig = start();
    const ref = rig.refOf(rig.share({ name, bytes: small, width: 10_000, height: 5_001, stub: true }));
    await expect(rig.fetch(ref)).rejects.toMatchObject({ code: 'image-too-many-pixels', facts: { maxMegapixels: 50 } });
    expect(rig.downloads()).toEqual([]);
  });

  it('is refused when its locator is none', async () => {
    const rig = start();
    const ref = { ...rig.refOf(rig.share({ name, bytes: small })), locator: '{}' };
    await expect(rig.fetch(ref)).rejects.toMatchObject({ code: 'image-download-failed' });
  });
});

describe('a very large picture', () => {
  const mebibyte = 1_024 * 1_024;

  it('comes as Slack’s smaller copy, with the facts of what was posted', async () => {
    const rig = start();
    const bytes = await jpeg(1_600, 1_200, 9 * mebibyte);
    const { bytes: copy, posted } = await rig.fetchCopy(
      rig.refOf(rig.share({ name, bytes, width: 1_600, height: 1_200 })),
    );
    expect(await sharp(copy).metadata()).toMatchObject({ width: 1_024, height: 768 });
    expect(posted).toEqual({ format: 'JPEG', width: 1_600, height: 1_200, sizeBytes: bytes.byteLength, frames: 1 });
    expect(rig.downloads()).toEqual(['200 cat.jpg_1024.png']);
  });

  it('is fetched as it is when the copy is not to be had or takes too long', async () => {
    const rig = start();
    const bytes = await jpeg(1_600, 1_200, 9 * mebibyte);
    const ref = rig.refOf(rig.share({ name, bytes, width: 1_600, height: 1_200 }));
    for (const fault of [
      { type: 'status', status: 404 },
      { type: 'status', status: 502 },
      { type: 'silent' },
    ] as const) {
      rig.slack.faults.next({ method: /1024/ }, fault);
      const fetched = await rig.fetch(ref);
      expect([fetched.bytes.byteLength, fetched.posted]).toEqual([bytes.byteLength, null]);
    }
    expect(rig.infos()).toBe(0);
    expect(rig.downloads().filter((each) => each.includes('1024'))).toHaveLength(3);
  });

  it('is taken as a copy although it is over the limit, and refused where there is none', async () => {
    const rig = start();
    const bytes = await jpeg(500, 400, 2 * mebibyte);
    const record = rig.share({ name, bytes, width: 500, height: 400 });
    const { posted } = await rig.fetchCopy(rig.refOf(record), mebibyte);
    expect(posted).toMatchObject({ sizeBytes: bytes.byteLength });
    expect(rig.downloads()).toEqual(['200 cat.jpg_480.png']);
    const none = { thumb_480: null, thumb_360: null };
    await expect(rig.fetch(rig.refOf(record, none), mebibyte)).rejects.toMatchObject({
      code: 'image-too-large',
      facts: { maxBytes: mebibyte, sizeBytes: bytes.byteLength },
    });
    rig.slack.faults.next({ method: /480/ }, { type: 'status', status: 415 });
    await expect(rig.fetch(rig.refOf(record), mebibyte)).rejects.toMatchObject({ code: 'image-too-large' });
    expect(rig.downloads()).toHaveLength(2);
  });

  it('has its copy asked for patiently, and once more, where the copy is all there is', async () => {
    const rig = start();
    const bytes = await jpeg(500, 400, 2 * mebibyte);
    const ref = rig.refOf(rig.share({ name, bytes, width: 500, height: 400 }));
    const statuses = [502, 200, 403, 200];
    const source = createSlackImageSource({
      api: rig.api,
      tokenFor: async () => rig.installation.token,
      async downloadFile() {
        const status = statuses.shift();
        if (status === 200) return { bytes: small, contentType: 'image/png' };
        throw new Failure('fetch-status', 'no', { retryable: status === 502, facts: { status: status ?? 0 } });
      },
      downloadPreview: async () => ({ bytes: small, contentType: 'image/png' }),
      clock: rig.clock,
    });
    for (const left of [2, 0]) {
      expect((await rig.clock.runUntil(source(ref, mebibyte, live))).posted).not.toBeNull();
      expect(statuses).toHaveLength(left);
    }
    expect(rig.infos()).toBe(1);
  });

  it('is refused as soon as more comes than was said', async () => {
    const rig = start();
    const ref = rig.refOf(rig.share({ name, bytes: small }));
    rig.slack.faults.next({ method: /cat/ }, { type: 'huge', bytes: 2_000_000 });
    const failure: unknown = await rig.fetch(ref, 1_000_000).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'image-too-large', facts: { maxBytes: 1_000_000 } });
    expect(failure instanceof Failure && failure.facts['sizeBytes']).toBeUndefined();
  });
});

describe('the picture of a preview', () => {
  const refsOf = (attachment: object) =>
    toPreviewRefs([attachmentSchema.parse(attachment)], { via: 'T1', channel: 'C1', ts: '1.2' });

  function startPreview(answer: () => { bytes: Uint8Array; contentType: string }) {
    const rig = start();
    const asked: string[] = [];
    const source = createSlackImageSource({
      api: rig.api,
      tokenFor: async () => {
        throw new Error('no token is for a preview');
      },
      downloadFile: async () => {
        throw new Error('it is no file');
      },
      downloadPreview: async (url) => {
        asked.push(url.href);
        return answer();
      },
      clock: rig.clock,
    });
    const [ref] = refsOf({ image_url: 'https://pictures.example/a/cat.png?x=1' });
    if (ref === undefined) throw new Error('it has no picture');
    return { ...rig, asked, ref, fetch: () => rig.clock.runUntil(source(ref, 1_000, live)) };
  }

  it('is fetched from anybody’s server without a token', async () => {
    const rig = startPreview(() => ({ bytes: small, contentType: 'image/jpeg' }));
    expect(rig.ref.name).toBe('cat.png');
    expect(await rig.fetch()).toEqual({ bytes: small, posted: null });
    expect(rig.asked).toEqual(['https://pictures.example/a/cat.png?x=1']);
  });

  it.each([
    ['is refused', new Failure('fetch-status', '403', { facts: { status: 403 } }), 'image-download-failed', 1],
    ['is gone', new Failure('fetch-gone', '404', { facts: { status: 404 } }), 'image-gone', 1],
    [
      'is away',
      new Failure('fetch-status', '502', { retryable: true, facts: { status: 502 } }),
      'image-download-failed',
      3,
    ],
    ['is too large', new Failure('fetch-too-large', 'too much'), 'image-too-large', 1],
    ['is in a private network', new Failure('fetch-refused-address', 'no'), 'image-download-failed', 1],
  ])('that %s is told so', async (_what, failure, code, attempts) => {
    const rig = startPreview(() => {
      throw failure;
    });
    await expect(rig.fetch()).rejects.toMatchObject({ code });
    expect(rig.asked).toHaveLength(attempts);
  });

  it('that turns out to be a page is no picture, and no matter of scopes', async () => {
    const rig = startPreview(() => ({ bytes: Buffer.from('<html>'), contentType: 'text/html' }));
    await expect(rig.fetch()).rejects.toMatchObject({ code: 'image-download-failed' });
  });
});

describe('an abort', () => {
  it('ends a download with its own reason', async () => {
    const rig = start();
    const ref = rig.refOf(rig.share({ name, bytes: small }));
    const aborting = new AbortController();
    rig.slack.faults.next({ method: /cat/ }, { type: 'silent' });
    const fetching = rig.source(ref, 1_000_000, aborting.signal);
    const reason = new Error('stopped');
    await new Promise((resolve) => setImmediate(resolve));
    aborting.abort(reason);
    await expect(fetching).rejects.toBe(reason);
    await expect(rig.source(ref, 1_000_000, aborting.signal)).rejects.toBe(reason);
  });
});
