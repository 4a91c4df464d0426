import { platformContract } from '../contracts/platform.contract.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakePlatform } from './fake-platform.ts';

platformContract(
  'the fake platform',
  async () => {
    const clock = createFakeClock();
    const platform = createFakePlatform({ clock });
    let said = 0;
    const harness = {
      inbox: platform.inbox,
      outbox: platform.outbox,
      async say(text: string) {
        said += 1;
        await platform.say({
          id: `turn-${said}`,
          platform: platform.inbox.name,
          tenant: 'server',
          channel: 'channel',
          thread: `message-of-a-person-${said}`,
          opensThread: true,
          message: `message-of-a-person-${said}`,
          direct: false,
          person: { id: 'person', name: 'Amber Fox', moderator: false },
          text,
          images: [],
          quotedImages: [],
          receivedAtMs: clock.now(),
        });
      },
      seen: (place: { id: string }) =>
        platform.screen.messages(place.id).map(({ ref, text, state }) => ({ ref, text, state })),
      removePlace: (place: { id: string }) => platform.removePlace(place.id),
      run: <Value>(promise: Promise<Value>) => clock.runUntil(promise),
      pass: (durationMs: number) => clock.advance(durationMs),
      restart: async () => harness,
      close: async () => {},
    };
    return harness;
  },
  { skip: { restart: { reason: 'it lives in memory' } } },
);
