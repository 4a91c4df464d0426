import type { Person, Turn } from '../../src/turn/turn.ts';

/** Somebody who may nothing special, unless told otherwise. */
export function createSamplePerson(id: string, name: string, rights: Partial<Person> = {}): Person {
  return { id, name, moderator: false, managesChannel: false, managesServer: false, ...rights };
}

/** A question with one picture in thread `thread`, unless told otherwise. */
export function createSampleTurn(id: string, thread = 'thread', overrides: Partial<Turn> = {}): Turn {
  return {
    id,
    subject: id,
    platform: 'fake',
    tenant: 'server',
    channel: 'channel',
    thread,
    opensThread: false,
    message: `message-of-${id}`,
    route: '',
    direct: false,
    aside: false,
    person: createSamplePerson('person', 'Ada'),
    text: 'what is this?',
    model: null,
    images: [{ id: 'picture', name: 'cat.png', sizeBytes: 1_024, locator: 'https://cdn.example/cat.png' }],
    quotedImages: [],
    unseen: null,
    receivedAtMs: 1_767_225_600_000,
    ...overrides,
  };
}
