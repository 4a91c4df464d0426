import type { RequestPicture } from '../../../src/engine/vision-model.ts';
import { createBoundedCache } from './bounded-cache.ts';
import type { InspectionPool, JobOutcome } from './inspection-pool.ts';
import { createSharedWork } from './shared-work.ts';
import type { Findings, InspectionJob } from './wire.ts';

/** Looks at a picture, at most once for each thing that can be found. Rejects as `InspectionPool.run` and `RequestPicture.read` do. */
export type Look<Value> = (picture: RequestPicture, signal: AbortSignal) => Promise<JobOutcome<Value>>;

/** Everything that can be found out about a picture. */
export type Looks = { readonly [Job in InspectionJob]: Look<Findings[Job]> };

/** Remembered pictures, by asset key; facts are the largest, with 28 KB each. */
export const maxRememberedPictures = 200;

function createLook<Value>(look: Look<Value>): Look<Value> {
  const known = createBoundedCache<JobOutcome<Value>>(maxRememberedPictures);
  const share = createSharedWork<JobOutcome<Value>>();
  return async function lookOnce(picture, signal) {
    const found = known.get(picture.key);
    if (found !== undefined) return found;
    const outcome = await share(picture.key, (shared) => look(picture, shared), signal);
    known.set(picture.key, outcome);
    return outcome;
  };
}

/** Looks through the pool; bytes are read for each look and not kept. */
export function createLooks(pool: InspectionPool): Looks {
  return {
    facts: createLook(async (picture, signal) => pool.run('facts', await picture.read(signal), signal)),
    codes: createLook(async (picture, signal) => pool.run('codes', await picture.read(signal), signal)),
    text: createLook(async (picture, signal) => pool.run('text', await picture.read(signal), signal)),
  };
}
