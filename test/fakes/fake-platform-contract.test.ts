import { platformContract } from '../contracts/platform.contract.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakePlatform, type FakePlatformOptions } from './fake-platform.ts';
import { createSampleTurn } from './sample-turn.ts';

const kinds: readonly (readonly [string, Partial<FakePlatformOptions>])[] = [
  ['the fake platform', {}],
  [
    'the fake platform whose messages grow by additions, at a place with limits of its own,',
    {
      text: { max: 9_000, unit: 'utf8-bytes' },
      edits: { count: 100, windowMs: 60_000 },
      growth: { forMs: 210_000, refusesAfterMs: 290_000 },
      limitsByPlace: true,
    },
  ],
];

for (const [name, kind] of kinds) {
  platformContract(
    name,
    async () => {
      const clock = createFakeClock();
      const platform = createFakePlatform({ clock, ...kind });
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
        // What is posted outlives it; what the program knew of it does not.
        restart: async () => {
          platform.forgetAdditions();
          return harness;
        },
        close: async () => {},
      };
      return harness;
    },
    { skip: { restart: { reason: 'it lives in memory' } } },
  );
}
