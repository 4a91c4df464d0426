import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../src/lib/clock.ts';
import type { Ids } from '../../src/lib/ids.ts';
import { friendlyName } from './friendly-name.ts';
import { personRowSchema } from './wire.ts';

/** Somebody in front of a browser. `id` is public; the token in their cookie is not kept, only its hash. */
export type WebPerson = { readonly id: string; readonly name: string };

/** The people of the playground. */
export type People = {
  /** The person who holds that token, or null. */
  recognise(token: string): WebPerson | null;
  /** A new person for that token, with a friendly name. */
  welcome(token: string): WebPerson;
  rename(id: string, name: string): void;
  /** Null for nobody. */
  nameOf(id: string): string | null;
  /** Forgets people who were not here for a month and left no message. */
  sweep(): void;
};

const forgetAfterMs = 30 * 86_400_000;
/** How exactly it is known when somebody was last here. */
const seenEveryMs = 3_600_000;

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

/** Keeps the people in the database. */
export function createPeople(database: DatabaseSync, clock: Clock, ids: Ids): People {
  const byToken = database.prepare('SELECT id, name, seen_at_ms FROM web_people WHERE token_hash = ?');
  const byId = database.prepare('SELECT id, name, seen_at_ms FROM web_people WHERE id = ?');
  const insert = database.prepare('INSERT INTO web_people (id, token_hash, name, seen_at_ms) VALUES (?, ?, ?, ?)');
  const seen = database.prepare('UPDATE web_people SET seen_at_ms = ? WHERE id = ?');
  const rename = database.prepare('UPDATE web_people SET name = ? WHERE id = ?');
  const forget = database.prepare(
    'DELETE FROM web_people WHERE seen_at_ms < ? AND id NOT IN (SELECT author FROM web_messages WHERE author IS NOT NULL)',
  );

  return {
    recognise(token) {
      const row = byToken.get(hashOf(token));
      if (row === undefined) return null;
      const { id, name, seen_at_ms: seenAtMs } = personRowSchema.parse(row);
      if (clock.now() - seenAtMs > seenEveryMs) seen.run(clock.now(), id);
      return { id, name };
    },
    welcome(token) {
      const id = ids.token();
      const person = { id, name: friendlyName(id) };
      insert.run(id, hashOf(token), person.name, clock.now());
      return person;
    },
    rename(id, name) {
      rename.run(name, id);
    },
    nameOf(id) {
      const row = byId.get(id);
      return row === undefined ? null : personRowSchema.parse(row).name;
    },
    sweep() {
      forget.run(clock.now() - forgetAfterMs);
    },
  };
}
