import type { Channels } from '../directory/channels.ts';
import type { People } from '../directory/people.ts';
import { type NamesInText, namelessIds } from './readable-text.ts';

/** Finds the names behind the ids in a text; those that are not known within the signal's time stay unknown. Never rejects. */
export type FindNames = (via: string, text: string, botUserId: string, limit: AbortSignal) => Promise<NamesInText>;

/** Looked up at the most, of either kind: each may be a call. */
const mostLookups = 5;

/** Looks in the directories. */
export function createFindNames(parts: { readonly people: People; readonly channels: Channels }): FindNames {
  const namesBy = async (ids: readonly string[], find: (id: string) => Promise<{ name: string | null } | null>) => {
    const found = await Promise.all(
      ids.slice(0, mostLookups).map(async (id) => {
        const known = await find(id).catch(() => null);
        return [id, known?.name ?? null] as const;
      }),
    );
    return new Map(found);
  };

  return async function findNames(via, text, botUserId, limit) {
    const ids = namelessIds(text);
    const others = ids.people.filter((id) => id !== botUserId);
    const [people, channels] = await Promise.all([
      namesBy(others, (id) => parts.people.find(via, id, limit)),
      namesBy(ids.channels, (id) => parts.channels.find(via, id, limit)),
    ]);
    return { person: (id) => people.get(id) ?? null, channel: (id) => channels.get(id) ?? null };
  };
}
