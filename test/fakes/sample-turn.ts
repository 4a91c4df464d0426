import type { Turn } from '../../src/turn/turn.ts';

/** A question with one picture in thread `thread`, unless told otherwise. */
export function createSampleTurn(id: string, thread = 'thread', overrides: Partial<Turn> = {}): Turn {
  return {
    id,
    platform: 'fake',
    tenant: 'server',
    channel: 'channel',
    thread,
    opensThread: false,
    message: `message-of-${id}`,
    direct: false,
    person: { id: 'person', name: 'Ada', moderator: false },
    text: 'what is this?',
    images: [{ id: 'picture', name: 'cat.png', sizeBytes: 1_024, locator: 'https://cdn.example/cat.png' }],
    quotedImages: [],
    receivedAtMs: 1_767_225_600_000,
    ...overrides,
  };
}
