import { afterEach, describe, expect, it } from 'vitest';
import { createGuardedDownload } from '../../../../adapters/fetch-guard/create-guarded-download.ts';
import { createWebApi } from '../../../../adapters/slack/api/web-api.ts';
import { createSlackImageSource } from '../../../../adapters/slack/pictures/image-source.ts';
import { toFileRefs, toPreviewRefs } from '../../../../adapters/slack/pictures/picture-refs.ts';
import { attachmentSchema, fileSchema } from '../../../../adapters/slack/pictures/picture-wire.ts';
import { createSlackDownloads, slackFilesOrigins } from '../../../../adapters/slack/pictures/slack-downloads.ts';
import { createSystemClock } from '../../../../src/lib/clock.ts';
import { listenAsSlack } from '../../../fakes/slack/listen.ts';
import { disguise } from '../../fetch-guard/hostile-addresses.ts';
import { startCanary } from '../../fetch-guard/loopback-servers.ts';
import { failureOf, live } from '../api/api-rig.ts';
import { createPictureRig, jpeg } from './picture-rig.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const small = await jpeg();

/** The fake with sockets, and downloads over real guards. */
async function start() {
  const rig = createPictureRig();
  const slack = await listenAsSlack(rig.slack, rig.clock);
  const parts = { clock: createSystemClock(), userAgent: 'test' };
  const fromSlack = createGuardedDownload({
    ...parts,
    origins: [slack.filesUrl, slack.edgeUrl],
    anyPublicHost: false,
  });
  const fromAnywhere = createGuardedDownload({ ...parts, origins: [], anyPublicHost: true });
  open.push(slack.close, fromSlack.close, fromAnywhere.close);
  const downloads = createSlackDownloads({
    fromSlack: fromSlack.download,
    fromAnywhere: fromAnywhere.download,
    filesOrigins: [slack.filesUrl],
  });
  const tokenFor = async () => rig.installation.token;
  const { clock, windows } = rig;
  const api = createWebApi({ tokenFor, apiUrl: slack.apiUrl, clock, windows, fetch: rig.slack.fetch });
  const source = createSlackImageSource({ api, tokenFor, ...downloads, clock });
  const refOf = (more: object = {}) => {
    const record = rig.share({ name: 'cat.jpg', bytes: small });
    return rig.refOf(record, more);
  };
  return { ...rig, addresses: slack, downloads, source, refOf };
}

describe('a download over real connections', () => {
  it('brings the file, with the token', async () => {
    const rig = await start();
    expect(await rig.source(rig.refOf(), 1_000_000, live)).toEqual({ bytes: Buffer.from(small), posted: null });
    expect(rig.slack.files.downloads()).toMatchObject([{ bearer: rig.installation.token, status: 200 }]);
  });

  it.each(['page', 'redirect'] as const)('knows the missing scope by the %s for signing in', async (loginBy) => {
    const rig = await start();
    rig.slack.settings.loginBy = loginBy;
    const ref = rig.refOf();
    rig.installation.scopes.delete('files:read');
    const failure = await failureOf(rig.source(ref, 1_000_000, live));
    expect(failure).toMatchObject({ code: 'image-no-access', facts: { needed: 'files:read' } });
    // The page itself was never asked for.
    expect(rig.slack.files.downloads().map(({ origin }) => origin)).toEqual([rig.addresses.filesUrl]);
  });

  it('follows a redirect to Slack’s other host without the token', async () => {
    const rig = await start();
    const ref = rig.refOf();
    rig.slack.faults.next({ method: /cat/ }, { type: 'redirect', to: `${rig.addresses.edgeUrl}/elsewhere` });
    rig.slack.faults.next({ method: '/elsewhere' }, { type: 'status', status: 404 });
    expect(await rig.source(ref, 1_000_000, live)).toMatchObject({ posted: null });
    const { filesUrl, edgeUrl } = rig.addresses;
    expect(rig.slack.files.downloads().map(({ origin, bearer }) => [origin, bearer !== null])).toEqual([
      [filesUrl, true],
      [edgeUrl, false],
      [filesUrl, true],
    ]);
  });

  it.each(['stranger', 'other port', 'another scheme', 'private network', 'no address'] as const)(
    'follows no redirect to a %s',
    async (where) => {
      const rig = await start();
      const to = {
        stranger: `${rig.addresses.strangerUrl}/cat.jpg`,
        'other port': `${rig.addresses.hooksUrl}/cat.jpg`,
        'another scheme': `${rig.addresses.filesUrl.replace('http:', 'https:')}/cat.jpg`,
        'private network': 'https://169.254.169.254/latest/meta-data/',
        'no address': 'http://',
      }[where];
      const ref = rig.refOf();
      rig.slack.faults.next({ method: /cat/ }, { type: 'redirect', to });
      const failure = await failureOf(rig.source(ref, 1_000_000, live));
      expect(failure).toMatchObject({ code: 'image-download-failed', retryable: false });
      expect(rig.slack.travels.strayed()).toEqual([]);
      expect(rig.slack.files.downloads()).toHaveLength(1);
    },
  );

  it('ends one that does not end', async () => {
    const rig = await start();
    const ref = rig.refOf();
    rig.slack.faults.next({ method: /cat/ }, { type: 'huge', bytes: 50_000_000 });
    const failure = await failureOf(rig.source(ref, 1_000_000, live));
    expect(failure).toMatchObject({ code: 'image-too-large', facts: { maxBytes: 1_000_000 } });
  });
});

describe('an address in the place of the file host’s', () => {
  const real = 'https://files.slack.com';
  const origin = { via: 'T1', channel: 'C1', ts: '1.2' };

  /** Says where a request would go, and with which secrets. */
  function startRecording() {
    const asked: string[] = [];
    const record = async (url: URL, { secrets }: { secrets: { origins: readonly string[] } | null }) => {
      asked.push(`${url.origin} ${secrets?.origins.join() ?? 'none'}`);
      return { bytes: small, contentType: 'image/jpeg' };
    };
    const downloads = createSlackDownloads({
      fromSlack: record,
      fromAnywhere: record,
      filesOrigins: slackFilesOrigins,
    });
    const rig = createPictureRig();
    const api = async () => {
      throw new Error('there is nothing to be asked');
    };
    const source = createSlackImageSource({ api, tokenFor: async () => 'xoxb-1', ...downloads, clock: rig.clock });
    return { asked, source, downloads };
  }

  const hostile = [
    ...disguise('files.slack.com', 'evil.test'),
    'https://files.slack.com.evil.example/files-pri/T1-F1/cat.jpg',
    'https://evil.example/files.slack.com/cat.jpg',
    'https://evil.example/?https://files.slack.com/cat.jpg',
    'https://evil.example#@files.slack.com/cat.jpg',
    'https://files.slack.com@evil.example/cat.jpg',
    'https://user:secret@files.slack.com/cat.jpg',
    'https://files.slack.com:8443/cat.jpg',
    'http://files.slack.com/cat.jpg',
    'https://slack.com/api/api.test',
    'https://slack-files.com/T1-F1',
    'https://sub.files.slack.com/cat.jpg',
    'https://files.slack.com./cat.jpg',
    'ftp://files.slack.com/cat.jpg',
    'https://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
    'javascript:alert(1)',
  ];

  it('is refused before anything is asked, whatever it looks like', async () => {
    const { asked, source } = startRecording();
    expect(hostile.length).toBeGreaterThan(20);
    for (const url_private of hostile) {
      // One that comes to the same in the end is no disguise.
      if (URL.parse(url_private) === null || isSame(url_private)) continue;
      const wire = { id: 'F1', name: 'a', mimetype: 'image/png', mode: 'hosted', size: 1, url_private };
      const [ref] = toFileRefs([fileSchema.parse(wire)], origin);
      if (ref === undefined) throw new Error('it is no picture');
      expect(await failureOf(source(ref, 1_000, live)), url_private).toMatchObject({ code: 'image-download-failed' });
    }
    expect(asked).toEqual([]);
  });

  const isSame = (address: string) => {
    const url = new URL(address);
    return url.origin === real && url.username === '' && url.password === '';
  };

  it('is not where a copy is fetched from either', async () => {
    const { asked, source } = startRecording();
    const copies = { thumb_1024: 'https://evil.example/1024.png', thumb_1024_w: 1_024, thumb_1024_h: 768 };
    const sizes = { size: 9_000_000, original_w: 4_000, original_h: 3_000 };
    const wire = { id: 'F1', mimetype: 'image/png', url_private: `${real}/a`, ...copies, ...sizes };
    const [ref] = toFileRefs([fileSchema.parse(wire)], origin);
    if (ref === undefined) throw new Error('it is no picture');
    expect(await source(ref, 10_000_000, live)).toMatchObject({ posted: null });
    expect(asked).toEqual([`${real} ${real}`]);
  });

  it('gets no token as a preview, not even where it is the file host', async () => {
    const { asked, downloads } = startRecording();
    for (const address of [`${real}/a`, 'https://a.example/b.png'])
      await downloads.downloadPreview(new URL(address), 1_000, live);
    expect(asked).toEqual([`${real} none`, 'https://a.example none']);
  });
});

describe('the picture of a preview', () => {
  it('is never fetched from a private network, nor without encryption', async () => {
    const rig = await start();
    const canary = await startCanary();
    open.push(canary.close);
    const hosts = ['127.0.0.1', 'localhost', '[::1]', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '10.0.0.1'];
    const addresses = hosts.flatMap((host) => [
      `https://${host}:${canary.port}/a.png`,
      `http://${host}:${canary.port}/a.png`,
      `https://${host}/a.png`,
    ]);
    for (const image_url of [...addresses, 'http://pictures.example/a.png', 'https://169.254.169.254/']) {
      const [ref] = toPreviewRefs([attachmentSchema.parse({ image_url })], rig.origin);
      if (ref === undefined) throw new Error(`${image_url} is no picture`);
      expect(await failureOf(rig.source(ref, 1_000, live))).toMatchObject({
        code: 'image-download-failed',
        retryable: false,
      });
    }
    expect(canary.connections()).toBe(0);
  });
});
