import { platformContract } from '../contracts/platform.contract.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakePlatform } from './fake-platform.ts';
import { createSampleTurn } from './sample-turn.ts';

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
        await platform.say(
          createSampleTurn(`turn-${said}`, `message-of-a-person-${said}`, {
            platform: platform.inbox.name,
            opensThread: true,
            text,
            images: [],
            receivedAtMs: clock.now(),
          }),
        );
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
