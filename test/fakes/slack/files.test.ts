import sharp from 'sharp';
import { expect, it } from 'vitest';
import { toObject, toObjects } from '../discord/json.ts';
import { animation } from '../made-pictures.ts';
import type { FileToShare } from './shared-files.ts';
import { createSlackRig, eventsOf } from './slack-rig.ts';

/** Whichever class of response another file in this process has put in place. */
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

async function startWithPicture(more: Partial<FileToShare> = {}, options: Parameters<typeof createSlackRig>[0] = {}) {
  const rig = createSlackRig(options);
  const bytes = new Uint8Array(
    await sharp({ create: { width: 800, height: 400, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer(),
  );
  const socket = await rig.connect();
  const said = rig.slack.people.say(rig.person, rig.channel, {
    text: 'look',
    mentionsBot: true,
    files: [{ name: 'Cat 1.jpg', bytes, ...more }],
  });
  const [file] = said.files;
  if (file === undefined) throw new Error('nothing was shared');
  const info = async () => toObject((await rig.call('files.info', { file: file.id })).body['file']);
  const download = (address: unknown, token = rig.installation.token) =>
    rig.slack.fetch(String(address), { headers: { authorization: `Bearer ${token}` }, redirect: 'manual' });
  const [inEvent] = toObjects(eventsOf(socket)[0]?.['files']);
  return { ...rig, bytes, socket, said, file, info, download, inEvent: inEvent ?? {} };
}

it('describes pictures with their thumbnails', async () => {
  const { inEvent, file, bytes, team, info } = await startWithPicture();
  expect(inEvent).toMatchObject({
    id: file.id,
    name: 'Cat 1.jpg',
    mimetype: 'image/jpeg',
    filetype: 'jpg',
    size: bytes.byteLength,
    mode: 'hosted',
    is_external: false,
    url_private: `https://files.slack.com/files-pri/${team.id}-${file.id}/cat_1.jpg`,
    url_private_download: `https://files.slack.com/files-pri/${team.id}-${file.id}/download/cat_1.jpg`,
    original_w: 800,
    original_h: 400,
    thumb_360_w: 360,
    thumb_360_h: 180,
    thumb_720_w: 720,
  });
  expect(inEvent).not.toHaveProperty('thumb_960');
  expect(await info()).toEqual(inEvent);
});

it('serves files and small copies to those who may read them', async () => {
  const { inEvent, download, bytes, installation, slack } = await startWithPicture();
  const whole = await download(inEvent['url_private']);
  expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  expect(await bytesOf(whole)).toEqual(bytes);
  const small = await bytesOf(await download(inEvent['thumb_360']));
  expect(await sharp(small).metadata()).toMatchObject({ width: 360, height: 180, format: 'png' });
  const square = await bytesOf(await download(inEvent['thumb_64']));
  expect(await sharp(square).metadata()).toMatchObject({ width: 64, height: 64 });
  expect(slack.files.downloads().map(({ bearer, status }) => [bearer === installation.token, status])).toEqual([
    [true, 200],
    [true, 200],
    [true, 200],
  ]);
});

it('shows the first frame of an animation', async () => {
  const bytes = new Uint8Array(await animation('gif', ['#ff0000', '#0000ff']));
  const { inEvent, download } = await startWithPicture({ name: 'a.gif', bytes });
  const still = await bytesOf(await download(inEvent['deanimate_gif']));
  expect(await sharp(still).metadata()).toMatchObject({ format: 'png', width: 80, height: 80 });
});

it('shows the page for signing in where a token is missing, wrong, or lacks the scope', async () => {
  const { inEvent, download, installation, slack } = await startWithPicture();
  const answers = [
    await slack.fetch(String(inEvent['url_private'])),
    await download(inEvent['url_private'], 'xoxb-wrong'),
  ];
  installation.scopes.delete('files:read');
  answers.push(await download(inEvent['thumb_360']));
  for (const answer of answers) {
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain('Sign in');
  }
  slack.settings.loginBy = 'redirect';
  const moved = await download(inEvent['url_private']);
  expect([moved.status, moved.headers.get('x-slack-meta')]).toEqual([302, 'acl_fail']);
  const location = moved.headers.get('location') ?? '';
  expect(location).toMatch(/^https:\/\/slack\.com\/\?redir=/);
  slack.expectNoViolations();
  expect(await (await download(location)).text()).toContain('Sign in');
  expect(slack.takeViolations()).toMatchObject([{ rule: 'guardsBearer' }]);
});

it('gives no file of a workspace to the token of another', async () => {
  const { inEvent, download, slack } = await startWithPicture();
  const other = slack.installing.install(slack.places.createTeam({ name: 'Sculptors' }));
  const answer = await download(inEvent['url_private'], other.token);
  expect(await answer.text()).toContain('Sign in');
});

it('has stubs, files elsewhere, and files that nobody may see', async () => {
  const stub = await startWithPicture({ stub: true });
  expect(stub.inEvent).toEqual({ id: stub.file.id, mode: 'file_access', file_access: 'check_file_info' });
  expect(await stub.info()).toMatchObject({ file_access: 'visible', mimetype: 'image/jpeg' });
  const history = await stub.call('conversations.history', { channel: stub.channel.id });
  expect(toObjects(history.body['messages'])).toMatchObject([{ files: [{ mimetype: 'image/jpeg' }] }]);
  const away = await startWithPicture({ externalUrl: 'https://drive.example/cat.jpg' });
  expect(away.inEvent).toMatchObject({
    mode: 'external',
    is_external: true,
    url_private: 'https://drive.example/cat.jpg',
  });
  const hidden = await startWithPicture({ state: 'hidden' });
  expect(hidden.inEvent).toMatchObject({ file_access: 'access_denied' });
  expect((await hidden.call('files.info', { file: hidden.file.id })).error).toBe('file_not_found');
  const old = await startWithPicture({ state: 'limited' });
  expect(old.inEvent).toMatchObject({ mode: 'hidden_by_limit' });
});

it('leaves a stone where a deleted file was', async () => {
  const { slack, file, inEvent, download, call, channel } = await startWithPicture();
  slack.people.removeFile(file);
  expect((await download(inEvent['url_private'])).status).toBe(404);
  expect((await call('files.info', { file: file.id })).error).toBe('file_deleted');
  const history = await call('conversations.history', { channel: channel.id });
  expect(toObjects(history.body['messages'])).toMatchObject([{ files: [{ id: file.id, mode: 'tombstone' }] }]);
});

it('redirects, drips, lies about lengths and never ends, on demand', async () => {
  const { slack, inEvent, download, bytes, clock } = await startWithPicture();
  const address = String(inEvent['url_private']);
  const target = { method: new URL(address).pathname };
  const edge = `https://slack-files.com${target.method}`;
  slack.faults.next(target, { type: 'redirect', to: edge });
  expect((await download(address)).headers.get('location')).toBe(edge);
  slack.faults.next(target, { type: 'drip', chunkBytes: 1_000, pauseMs: 1_000 });
  const startMs = clock.now();
  const slow = await download(address);
  expect(await clock.runUntil(bytesOf(slow))).toEqual(bytes);
  expect(clock.now() - startMs).toBe(Math.ceil(bytes.byteLength / 1_000) * 1_000);
  slack.faults.next(target, { type: 'wrong-length', announcedBytes: 5 });
  expect((await download(address)).headers.get('content-length')).toBe('5');
  slack.faults.next(target, { type: 'huge', bytes: 10_000_000 });
  const huge = await download(address);
  expect(huge.headers.get('content-length')).toBeNull();
  expect((await bytesOf(huge)).byteLength).toBe(10_000_000);
  slack.faults.next(target, { type: 'status', status: 503 });
  slack.faults.next(target, { type: 'login-page' });
  expect([(await download(address)).status, (await download(address)).status]).toEqual([503, 200]);
  slack.faults.next(target, { type: 'refused' });
  await expect(download(address)).rejects.toThrow('fetch failed');
});

it('knows where a token went', async () => {
  const { slack, inEvent, download, installation } = await startWithPicture();
  await download(inEvent['url_private']);
  slack.expectNoViolations();
  await download('https://slack-files.com/files-pri/T1-F1/cat.jpg');
  await expect(download('https://files.slack.com.evil.example/cat.jpg')).rejects.toThrow('fetch failed');
  await expect(slack.fetch('https://drive.example/cat.jpg')).rejects.toThrow('fetch failed');
  expect(slack.travels.strayed()).toMatchObject([
    { origin: 'https://slack-files.com', bearer: installation.token },
    { origin: 'https://files.slack.com.evil.example', bearer: installation.token },
  ]);
  expect(slack.takeViolations().map(({ rule }) => rule)).toEqual(['guardsBearer', 'guardsBearer']);
});
