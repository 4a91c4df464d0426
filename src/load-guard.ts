import manifest from '../package.json' with { type: 'json' };
import type { Clock } from './lib/clock.ts';
import { createLazy } from './lib/lazy.ts';

/** The way to addresses that others chose: to these origins, or to any public host. Loaded with the first download. */
export function createGuard(origins: readonly string[], anyPublicHost: boolean, clock: Clock) {
  return createLazy(async () => {
    const { createGuardedDownload } = await import('../adapters/fetch-guard/create-guarded-download.ts');
    return createGuardedDownload({ clock, userAgent: `Sightline/${manifest.version}`, origins, anyPublicHost });
  });
}
