import { Failure } from '../../../src/lib/errors.ts';
import type { Looks } from './looks.ts';
import type { NamedPicture } from './understand-question.ts';
import type { PictureFacts } from './wire.ts';

/** A picture of the question with its facts, or with null where it cannot be decoded. */
export type SeenPicture = NamedPicture & { readonly facts: PictureFacts | null };

/** These are about one picture; every other failure is about all of them. */
const aboutOnePicture: ReadonlySet<string> = new Set(['chat-image-refused', 'chat-image-unknown', 'chat-timeout']);

type Sight = { readonly facts: PictureFacts } | { readonly failure: Failure };

async function see(named: NamedPicture, looks: Looks, signal: AbortSignal): Promise<Sight> {
  try {
    const outcome = await looks.facts(named.picture, signal);
    return outcome.type === 'seen' ? { facts: outcome.value } : { failure: unreadable() };
  } catch (error) {
    if (error instanceof Failure && aboutOnePicture.has(error.code)) return { failure: error };
    throw error;
  }
}

function unreadable(): Failure {
  return new Failure(
    'chat-image-refused',
    'The picture cannot be decoded: the file is damaged, or not what it claims to be. Send it again as JPEG or PNG.',
  );
}

/**
 * The pictures in order, each as soon as it is seen. One that cannot be decoded comes without facts, but not before
 * another could: when none can, it rejects with the first failure instead, so that nothing was said.
 */
export async function* seePictures(
  pictures: readonly NamedPicture[],
  looks: Looks,
  signal: AbortSignal,
): AsyncGenerator<SeenPicture> {
  const held: SeenPicture[] = [];
  let firstFailure: Failure | null = null;
  let anySeen = false;
  for (const named of pictures) {
    const sight = await see(named, looks, signal);
    if ('failure' in sight) firstFailure ??= sight.failure;
    else anySeen = true;
    held.push({ ...named, facts: 'facts' in sight ? sight.facts : null });
    if (anySeen) yield* held.splice(0);
  }
  if (!anySeen && firstFailure !== null) throw firstFailure;
}
