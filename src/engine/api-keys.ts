import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { ApiCaller } from './api-caller.ts';
import type { ApiKeyTable } from './api-key-table.ts';
import type { KeyFile } from './key-file.ts';

/** The keys that the API accepts. */
export type ApiKeys = {
  /** Whose key it is, or null. Takes the same time for a missing, a wrong and a right key. */
  resolve(presented: string | undefined): ApiCaller | null;
  /** A key for the bot in this process, gone with it: it acts for the first key's owner and is not limited. At the next call, the former one ends. */
  createInternalKey(): string;
  /** The first key in plain, for examples shown to the operator alone. */
  readonly firstKey: string;
  /** Whether that key was made at this very start and has to be shown once. */
  readonly isNew: boolean;
};

type ApiKeysParts = {
  table: ApiKeyTable;
  keyFile: KeyFile;
  ids: Ids;
  clock: Clock;
  /** The keys from the configuration; none: one is made at the first start. */
  configuredKeys: readonly string[];
};

type KnownKey = { readonly hash: Buffer; readonly caller: ApiCaller };

/** Says whom a key belongs to without saying anything of the key: a hash of its hash. */
function ownerOf(pepper: string, hash: Buffer): string {
  return `owner-${createHmac('sha256', pepper).update('owner').update(hash).digest('hex').slice(0, 32)}`;
}

/**
 * Loads the keys: those of the configuration, or else the one made at the first start. When the file of the made key is
 * gone, nobody knows the key any more: a new one takes its place, for the same owner, and the old one ends.
 */
export function createApiKeys({ table, keyFile, ids, clock, configuredKeys }: ApiKeysParts): ApiKeys {
  const pepper = table.pepper(ids.secret());
  const hashOf = (key: string) => createHmac('sha256', pepper).update(key).digest();
  const known = (key: string, ownerId?: string): KnownKey => {
    const hash = hashOf(key);
    return { hash, caller: { ownerId: ownerId ?? ownerOf(pepper, hash), limited: true } };
  };

  function loadMadeKey(): { key: string; ownerId: string; isNew: boolean } {
    const stored = table.current();
    const kept = keyFile.read();
    if (stored !== null && kept !== null && hashOf(kept).toString('hex') === stored.hash) {
      return { key: kept, ownerId: stored.ownerId, isNew: false };
    }
    const key = `sl_${ids.secret()}`;
    const hash = hashOf(key);
    const ownerId = stored?.ownerId ?? ownerOf(pepper, hash);
    // The file first: a crash in between leaves a file that fits no row, and the next start makes another key.
    keyFile.write(key);
    table.replace({ hash: hash.toString('hex'), ownerId, createdAtMs: clock.now() });
    return { key, ownerId, isNew: true };
  }

  const [configured] = configuredKeys;
  const first = configured === undefined ? loadMadeKey() : { key: configured, ownerId: undefined, isNew: false };
  const lasting: readonly KnownKey[] = [
    known(first.key, first.ownerId),
    ...configuredKeys.slice(1).map((key) => known(key)),
  ];
  const firstOwnerId = lasting[0]?.caller.ownerId ?? '';
  let internal: readonly KnownKey[] = [];

  return {
    firstKey: first.key,
    isNew: first.isNew,
    createInternalKey() {
      const key = `internal_${ids.secret()}`;
      internal = [{ hash: hashOf(key), caller: { ownerId: firstOwnerId, limited: false } }];
      return key;
    },
    resolve(presented) {
      const hash = hashOf(presented ?? '');
      let caller: ApiCaller | null = null;
      // Every key is compared, whichever matches: the time tells nothing.
      for (const each of [...internal, ...lasting]) {
        if (timingSafeEqual(each.hash, hash)) caller = each.caller;
      }
      return presented === undefined || presented === '' ? null : caller;
    },
  };
}
