import { type PlatformHarness, platformContract } from '../../contracts/platform.contract.ts';
import { type StartedWeb, startWeb } from './start-web.ts';

async function toHarness(web: StartedWeb): Promise<PlatformHarness> {
  const asker = await web.visit();
  return {
    inbox: web.inbox,
    outbox: web.outbox,
    async say(text) {
      const answer = await asker.write({ text: `@sightline ${text}` });
      if (!answer.ok) throw new Error(await answer.text());
    },
    seen: (place) => web.answersAt(place.id),
    removePlace: (place) => web.change('DELETE FROM web_messages WHERE id = ?', place.id.split('/')[1] ?? ''),
    run: (promise) => web.clock.runUntil(promise),
    pass: (durationMs) => web.clock.advance(durationMs),
    restart: async () => toHarness(await web.restart()),
    close: web.close,
  };
}

platformContract('the playground', async () => toHarness(await startWeb()));
