import { describe, expect, it } from 'vitest';
import { readPictureLocator } from '../../../../adapters/slack/pictures/picture-locator.ts';
import {
  mayHavePicture,
  toBlockRefs,
  toFileRefs,
  toPreviewRefs,
} from '../../../../adapters/slack/pictures/picture-refs.ts';
import { attachmentSchema, fileSchema } from '../../../../adapters/slack/pictures/picture-wire.ts';
import type { ImageRef } from '../../../../src/turn/image-ref.ts';
import { toObject, toObjects } from '../../../fakes/discord/json.ts';
import { createSlackRig, eventsOf } from '../../../fakes/slack/slack-rig.ts';
import { jpeg } from './picture-rig.ts';

const origin = { via: 'T1', channel: 'C1', ts: '1.2' };
const files = (...all: object[]) => all.map((each, index) => fileSchema.parse({ id: `F${index + 1}`, ...each }));
const attachments = (...all: object[]) => all.map((each) => attachmentSchema.parse(each));
const names = (refs: readonly ImageRef[]) => refs.map(({ name }) => name);
const locators = (refs: readonly ImageRef[]) => refs.map(({ locator }) => readPictureLocator(locator));

const cat = { name: 'cat.jpg', mimetype: 'image/jpeg', mode: 'hosted', url_private: 'https://files.slack.com/a' };
const dog = { ...cat, name: 'dog.png', mimetype: 'image/png' };
const notes = { ...cat, name: 'notes.txt', mimetype: 'text/plain', mode: 'snippet' };
const film = { ...cat, name: 'film.mp4', mimetype: 'video/mp4' };
const paper = { ...cat, name: 'paper.pdf', mimetype: 'application/pdf' };
const document = { ...cat, name: 'plan', mimetype: 'application/vnd.google-apps.document', mode: 'external' };
const program = { ...cat, name: 'cat.exe', mimetype: 'application/octet-stream' };

describe('the files of a message', () => {
  it('are its pictures, in order, under ids that stay the same', () => {
    const refs = toFileRefs(files(cat, dog), origin);
    expect(refs.map(({ id, name }) => [id, name])).toEqual([
      ['F1', 'cat.jpg'],
      ['F2', 'dog.png'],
    ]);
    const moved = { ...cat, url_private: 'https://files.slack.com/b', permalink: 'x' };
    expect(toFileRefs(files(moved), { ...origin, ts: '3.4' })[0]?.id).toBe('F1');
  });

  it('are passed over beside a picture when they are said to be something else', () => {
    expect(names(toFileRefs(files(notes, cat, film, paper, document, program), origin))).toEqual([
      'cat.jpg',
      'cat.exe',
    ]);
  });

  it('stay where there is no picture, so that each is refused by name', () => {
    const others = [notes, film, paper, document];
    expect(names(toFileRefs(files(...others), origin))).toEqual(['notes.txt', 'film.mp4', 'paper.pdf', 'plan']);
  });

  it('are named once each, also where Slack names them twice', () => {
    expect(toFileRefs([...files(cat), ...files(cat)], origin)).toHaveLength(1);
  });

  it('may be stones, stubs and links of which next to nothing is known', () => {
    const known = toFileRefs(
      files(
        { mode: 'tombstone' },
        { mode: 'hidden_by_limit', name: 'old.png' },
        { mode: 'file_access', file_access: 'check_file_info' },
        { mode: 'file_access', file_access: 'access_denied' },
        { ...cat, mode: 'external', url_private: 'https://drive.example/a' },
        { ...cat, is_external: true, url_private: 'https://drive.example/a', thumb_1024: 'https://drive.example/b' },
      ),
      origin,
    );
    expect(locators(known).map((locator) => (locator?.type === 'file' ? locator.file.state : null))).toEqual([
      'gone',
      'gone',
      'unasked',
      'closed',
      'elsewhere',
      'elsewhere',
    ]);
    expect(names(known)).toEqual(['', 'old.png', '', '', 'cat.jpg', 'cat.jpg']);
    // Nobody's address is kept where a token could go.
    expect(JSON.stringify(known)).not.toContain('drive.example');
  });

  it('are left out when they have no id, and read whatever they hold', () => {
    const odd = { id: 7, name: ['a'], size: 'many', original_w: -1, thumb_1024: {}, mimetype: null, is_external: 'no' };
    expect(toFileRefs([fileSchema.parse(odd), fileSchema.parse({})], origin)).toEqual([]);
    const [ref] = toFileRefs(files({ ...odd, id: 'F1' }), origin);
    expect(ref).toMatchObject({ id: 'F1', name: '', sizeBytes: null });
  });

  it('take a few kilobytes each, however long their addresses and names are', () => {
    const long = 'x'.repeat(100_000);
    const url = `https://files.slack.com/${'x'.repeat(1_900)}`;
    const wire = { ...cat, name: long, mimetype: long, url_private: url, url_private_download: long, thumb_1024: url };
    const [ref] = toFileRefs(files({ ...wire, thumb_960: long, id: long }), origin);
    expect(JSON.stringify(ref).length).toBeLessThan(6_000);
    expect(readPictureLocator(ref?.locator ?? '')).toMatchObject({ file: { url, copy: { url } } });
  });

  it('know the largest copy that keeps the shape', () => {
    const copies = {
      thumb_64: 'https://files.slack.com/64',
      thumb_360: 'https://files.slack.com/360',
      thumb_360_w: 360,
    };
    const [locator] = locators(toFileRefs(files({ ...cat, ...copies }), origin));
    expect(locator).toMatchObject({ file: { copy: { url: 'https://files.slack.com/360', width: 360, height: null } } });
  });
});

describe('what stands below a message', () => {
  it('gives the pictures of previews, one for each', () => {
    const refs = toPreviewRefs(
      attachments(
        { image_url: 'https://a.example/cat.png?x=1', thumb_url: 'https://a.example/small.png', image_width: 9 },
        { thumb_url: 'http://b.example/' },
        { image_url: 'https://a.example/cat.png?x=1' },
        { text: 'words alone' },
      ),
      origin,
    );
    expect(names(refs)).toEqual(['cat.png', 'picture']);
    expect(refs[0]?.id).toMatch(/^preview-[\w-]{22}$/);
    expect(locators(refs)).toEqual([
      { type: 'preview', preview: { url: 'https://a.example/cat.png?x=1', width: 9, height: null } },
      { type: 'preview', preview: { url: 'http://b.example/', width: null, height: null } },
    ]);
  });

  it('gives no still of a video, and nothing that is no address of the web', () => {
    const none = attachments(
      { thumb_url: 'https://v.example/still.jpg', video_html: '<iframe>' },
      { image_url: 'file:///etc/passwd' },
      { image_url: 'data:image/png;base64,AAAA' },
      { image_url: 'cat.png' },
      { image_url: `https://a.example/${'x'.repeat(5_000)}` },
    );
    expect(toPreviewRefs(none, origin)).toEqual([]);
  });

  it('gives no file to which an app merely put the address: the token would open it for whoever asks', () => {
    const image_url = 'https://files.slack.com/files-pri/T1-F9/secret.png';
    expect(toPreviewRefs(attachments({ image_url }, { thumb_url: image_url }), origin)).toEqual([]);
    expect(toBlockRefs([{ type: 'image', image_url }])).toEqual([]);
  });

  it('gives the pictures in blocks, of apps and of messages that were passed on', () => {
    const image = (name: string) => ({ type: 'image', image_url: `https://a.example/${name}` });
    const refs = toPreviewRefs(
      attachments({
        blocks: [image('1.png'), { type: 'section' }, null, 'x'],
        message_blocks: [{ message: { blocks: [image('2.png')] } }, { message: null }],
      }),
      origin,
    );
    expect(names(refs)).toEqual(['1.png', '2.png']);
  });

  it('gives the files of a message that somebody passed on, as Slack sends them', async () => {
    const rig = createSlackRig();
    const socket = await rig.connect();
    const bytes = await jpeg();
    const said = rig.slack.people.say(rig.person, rig.channel, { text: 'look', files: [{ name: 'cat.jpg', bytes }] });
    rig.slack.people.share(rig.person, said, rig.channel, { text: 'what is this?' });
    const shared = toObjects(toObject(eventsOf(socket).at(-1))['attachments']).map((each) =>
      attachmentSchema.parse(each),
    );
    const [ref] = toPreviewRefs(shared, origin);
    expect(ref).toMatchObject({ id: said.files[0]?.id, name: 'cat.jpg', sizeBytes: bytes.byteLength });
    expect(readPictureLocator(ref?.locator ?? '')).toMatchObject({ type: 'file', ...origin, file: { state: 'open' } });
    rig.slack.people.unfurl(said, { url: 'https://a.example/', imageUrl: 'https://a.example/dog.png' });
    rig.slack.expectNoViolations();
    rig.slack.end();
  });
});

describe('whether there may be a picture', () => {
  it.each([
    ['a picture', files(cat), [], true],
    ['a file whose kind is not known', files(program), [], true],
    ['a stub', files({ file_access: 'check_file_info' }), [], true],
    ['a preview', [], attachments({ image_url: 'https://a.example/b.png' }), true],
    ['a file passed on', [], attachments({ files: [{ id: 'F1', ...cat }] }), true],
    ['texts and documents', files(notes, film, paper, document), [], false],
    ['a text passed on', [], attachments({ files: [{ id: 'F1', ...notes }] }), false],
    ['nothing', [], [], false],
  ])('%s', (_what, some, below, expected) => {
    expect(mayHavePicture(some, below)).toBe(expected);
  });
});
