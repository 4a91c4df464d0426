import sharp from 'sharp';
import { createSlackImageSource } from '../../../../adapters/slack/pictures/image-source.ts';
import { type PictureOrigin, toFileRefs } from '../../../../adapters/slack/pictures/picture-refs.ts';
import { fileSchema } from '../../../../adapters/slack/pictures/picture-wire.ts';
import { createSlackDownloads, type GuardedFetch } from '../../../../adapters/slack/pictures/slack-downloads.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import type { ImageRef } from '../../../../src/turn/image-ref.ts';
import type { FakeSlackOptions } from '../../../fakes/slack/fake-slack.ts';
import type { InProcessFetch } from '../../../fakes/slack/in-process.ts';
import type { FileRecord } from '../../../fakes/slack/records.ts';
import type { FileToShare } from '../../../fakes/slack/shared-files.ts';
import { createApiRig, live } from '../api/api-rig.ts';

const mostCommentBytes = 65_533;

/** Comments of a JPEG: they make it larger and change nothing of what it shows. */
function comments(bytes: number): Uint8Array {
  const comment = Buffer.alloc(mostCommentBytes + 4);
  comment.set([0xff, 0xfe, 0xff, 0xff]);
  return Buffer.concat(Array.from({ length: Math.ceil(bytes / comment.byteLength) }, () => comment));
}

/** A JPEG, made larger by about so many bytes. */
export async function jpeg(width = 80, height = 40, moreBytes = 0): Promise<Uint8Array> {
  const create = { width, height, channels: 3, background: 'red' } as const;
  const picture = await sharp({ create }).jpeg().toBuffer();
  return new Uint8Array(Buffer.concat([picture.subarray(0, 2), comments(moreBytes), picture.subarray(2)]));
}

function toFailure({ status }: Response): Failure {
  const code = status === 404 || status === 410 ? 'fetch-gone' : 'fetch-status';
  return new Failure(code, `answered ${status}`, { retryable: status === 429 || status >= 500, facts: { status } });
}

/** As the guard fetches, without sockets and without following redirects. */
function guardInProcess(fetch: InProcessFetch): GuardedFetch {
  return async (url, { secrets, maxBytes, checkRedirect }, signal) => {
    const headers = secrets?.origins.includes(url.origin) ? secrets.headers : {};
    const response = await fetch(url, { headers, signal, redirect: 'manual' }).catch((error: unknown) => {
      if (signal.aborted) throw signal.reason;
      throw new Failure('fetch-unreachable', `not reached: ${error}`, { retryable: true });
    });
    const location = response.headers.get('location');
    if (location !== null) {
      checkRedirect?.(new URL(location, url));
      throw new Failure('fetch-refused-address', 'its host is not on the list');
    }
    if (!response.ok) throw toFailure(response);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.byteLength > maxBytes) throw new Failure('fetch-too-large', 'too much', { facts: { maxBytes } });
    return { bytes, contentType: response.headers.get('content-type')?.split(';')[0] ?? '' };
  };
}

/** Pictures of a fake Slack, and the adapter's source of them. */
export function createPictureRig(options: Omit<FakeSlackOptions, 'clock'> = {}) {
  const rig = createApiRig(options);
  const fetchIt = guardInProcess(rig.slack.fetch);
  const downloads = createSlackDownloads({
    fromSlack: fetchIt,
    fromAnywhere: fetchIt,
    filesOrigins: [rig.slack.world.origins.files],
  });
  const tokenFor = async (team: string) => (team === rig.team.id ? rig.installation.token : null);
  const source = createSlackImageSource({ api: rig.api, tokenFor, ...downloads, clock: rig.clock });
  const origin: PictureOrigin = { via: rig.team.id, channel: rig.channel.id, ts: '1.2' };

  /** Somebody shares a file in the channel. */
  const share = (file: FileToShare): FileRecord => {
    const [record] = rig.slack.people.say(rig.person, rig.channel, { text: 'look', files: [file] }).files;
    if (record === undefined) throw new Error('nothing was shared');
    return record;
  };
  /** The picture as the message shows it now; what is given stands in the place of what Slack says. */
  const refOf = (record: FileRecord, more: object = {}): ImageRef => {
    const wire = fileSchema.parse({ ...rig.slack.payloads.toFileInMessage(record, record.stub), ...more });
    const [ref] = toFileRefs([wire], origin);
    if (ref === undefined) throw new Error('it is no picture');
    return ref;
  };

  return {
    ...rig,
    origin,
    source,
    share,
    refOf,
    /** On a clock that stands still: making the copy takes real time. */
    fetchCopy: (ref: ImageRef, maxBytes = 20_000_000) => source(ref, maxBytes, live),
    fetch: (ref: ImageRef, maxBytes = 20_000_000, signal = live) => rig.clock.runUntil(source(ref, maxBytes, signal)),
    /** The last part of each address that was asked for, and with which status it was answered. */
    downloads: () =>
      rig.slack.files.downloads().map(({ path, status }) => `${status} ${path.slice(path.lastIndexOf('/') + 1)}`),
    infos: () => rig.slack.requests({ method: 'files.info' }).length,
    /** Fails when something is left over or forbidden. */
    end() {
      rig.slack.end();
      rig.slack.expectNoViolations();
      if (rig.clock.pending() > 0) throw new Error('something still waits on the clock');
    },
  };
}
