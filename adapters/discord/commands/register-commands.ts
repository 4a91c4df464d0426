import { createHash } from 'node:crypto';
import { Routes } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage, Failure } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';
import type { DiscordRest } from '../rest/discord-call.ts';
import { commandNamesSchema, commandsSchema } from '../rest/rest-wire.ts';
import { commandDefinitions } from './command-definitions.ts';

/** What registering needs. */
export type CommandRegistration = {
  readonly call: DiscordRest;
  readonly applicationId: string;
  /** The shards of this process: only the one that has the first registers. */
  readonly shardIds: readonly number[];
  /** Remembers what was registered. */
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** Waits between two attempts: longer each time, up to an hour. */
const firstPauseMs = 60_000;
const longestPauseMs = 3_600_000;

/**
 * Registers the commands for everywhere, where Discord does not have them as they are; tries again for as long as it fails.
 * Resolves when they stand, or when the signal aborts.
 */
export async function registerCommands(registration: CommandRegistration, signal: AbortSignal): Promise<void> {
  const { clock, logger, shardIds } = registration;
  if (!shardIds.includes(0)) return;
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    try {
      await registerOnce(registration, signal);
      return;
    } catch (error) {
      if (signal.aborted) return;
      logger.warn(
        { reason: errorMessage(error), againInMs: pauseMs },
        'The commands could not be registered with Discord; it is tried again.',
      );
      await clock.sleep(pauseMs, signal).catch(() => {});
    }
  }
}

const fingerprintSchema = z.strictObject({ fingerprint: z.string() });
const fingerprint = createHash('sha256').update(JSON.stringify(commandDefinitions)).digest('base64url');

async function registerOnce(registration: CommandRegistration, signal: AbortSignal): Promise<void> {
  const { call, applicationId, store, logger } = registration;
  const kept = createCollection(store, 'discord-commands', fingerprintSchema, logger);
  const registered = await findRegistered(registration, signal);
  if (areAsDefined(registered)) return;
  // Where these were registered before, Discord tells of them in other words: sending them once more would change nothing.
  const isSent = (await kept.get(applicationId))?.fingerprint === fingerprint;
  if (isSent && (registered === null || areNamedAsDefined(registered))) return;
  await call({ method: 'PUT', route: Routes.applicationCommands(applicationId), body: commandDefinitions }, signal);
  logger.info({ commands: commandDefinitions.length }, 'The commands are registered with Discord.');
  await kept.set(applicationId, { fingerprint });
}

/** What Discord says of the commands; null where it does not tell. */
async function findRegistered({ call, applicationId }: CommandRegistration, signal: AbortSignal): Promise<unknown> {
  const query = new URLSearchParams({ with_localizations: 'true' });
  try {
    return (await call({ method: 'GET', route: Routes.applicationCommands(applicationId), query }, signal)).body;
  } catch (error) {
    if (error instanceof Failure && (error.facts['status'] === 404 || error.facts['status'] === 405)) return null;
    throw error;
  }
}

/** Whether these are the commands' names and no others. */
function areNamedAsDefined(registered: unknown): boolean {
  const namesOf = (commands: unknown) => {
    const parsed = parseValue(commands, commandNamesSchema);
    return parsed.ok ? JSON.stringify(parsed.value.map(({ type, name }) => `${type} ${name}`).toSorted()) : null;
  };
  const theirs = namesOf(registered);
  return theirs !== null && theirs === namesOf(commandDefinitions);
}

/** Whether Discord has these commands and no others, in whatever order. What Discord adds of its own does not count. */
export function areAsDefined(registered: unknown): boolean {
  const theirs = toComparable(registered);
  return theirs !== null && theirs === toComparable(commandDefinitions);
}

function toComparable(commands: unknown): string | null {
  const parsed = parseValue(commands, commandsSchema);
  return parsed.ok ? JSON.stringify(parsed.value.map((command) => JSON.stringify(command)).toSorted()) : null;
}
