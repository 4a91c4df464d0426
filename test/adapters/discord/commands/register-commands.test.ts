import { describe, expect, it } from 'vitest';
import { commandDefinitions } from '../../../../adapters/discord/commands/command-definitions.ts';
import { areAsDefined, registerCommands } from '../../../../adapters/discord/commands/register-commands.ts';
import type { DiscordCall, DiscordReply } from '../../../../adapters/discord/rest/discord-call.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createMemoryStore } from '../../../fakes/memory-store.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';

/** The commands as Discord gives them back: with what it adds, without what goes without saying. */
function asRegistered(): object[] {
  return commandDefinitions.toReversed().map((command, index) => ({
    id: `11223344556677880${index}`,
    application_id: '112233445566778899',
    version: `99887766554433220${index}`,
    default_member_permissions: null,
    dm_permission: true,
    nsfw: false,
    description: '',
    description_localizations: null,
    guild_id: undefined,
    ...command,
    integration_types: [1, 0],
    contexts: [2, 1, 0],
    ...('options' in command && command.options?.length === 0 ? { options: undefined } : {}),
    ...('options' in command && command.options?.length !== 0
      ? { options: command.options?.map((option) => withoutFalse(option)) }
      : {}),
  }));
}

function withoutFalse(option: object): object {
  return Object.fromEntries(Object.entries(option).filter(([, value]) => value !== false));
}

function createRig(reply: (call: DiscordCall, index: number) => unknown, shardIds: readonly number[] = [0]) {
  const clock = createFakeClock();
  const logger = createSilentLogger();
  const store = createMemoryStore();
  const calls: DiscordCall[] = [];
  const call = async (made: DiscordCall): Promise<DiscordReply> => {
    calls.push(made);
    return { body: reply(made, calls.length - 1), bucket: null };
  };
  const controller = new AbortController();
  const run = () =>
    registerCommands({ call, applicationId: '112233445566778899', shardIds, store, clock, logger }, controller.signal);
  return { run, calls, clock, logger, controller };
}

describe('commands that Discord has', () => {
  it('are as they should be, whatever Discord adds and in whatever order they come', () => {
    expect(areAsDefined(asRegistered())).toBe(true);
  });

  it.each([
    ['one is missing', (commands: object[]) => commands.slice(1)],
    ['there is one more', (commands: object[]) => [...commands, { type: 1, name: 'old', description: 'Gone' }]],
    [
      'one has another description',
      (commands: object[]) => commands.map((each) => ({ ...each, description: 'Other' })),
    ],
    [
      'a translation is missing',
      (commands: object[]) => commands.map((each) => ({ ...each, name_localizations: null })),
    ],
    ['one lost its options', (commands: object[]) => commands.map((each) => ({ ...each, options: [] }))],
    ['one stands in servers alone', (commands: object[]) => commands.map((each) => ({ ...each, contexts: [0] }))],
    [
      'one is for some people only',
      (commands: object[]) => commands.map((each) => ({ ...each, default_member_permissions: '8' })),
    ],
    ['nothing is registered', () => []],
    ['the reply is something else', () => ({ message: 'hm' })],
  ] as const)('are not when %s', (_what, change) => {
    expect(areAsDefined(change(asRegistered()))).toBe(false);
  });
});

describe('registering', () => {
  it('is one call when nothing has changed', async () => {
    const { run, calls } = createRig(asRegistered);

    await run();

    expect(calls.map(({ method, route, query }) => `${method} ${route}?${query}`)).toEqual([
      'GET /applications/112233445566778899/commands?with_localizations=true',
    ]);
  });

  it('sends all commands when there is a difference', async () => {
    const { run, calls, logger } = createRig(() => []);

    await run();

    expect(calls).toHaveLength(2);
    expect(calls[1]).toMatchObject({ method: 'PUT', route: '/applications/112233445566778899/commands' });
    expect(calls[1]?.body).toBe(commandDefinitions);
    expect(logger.lines.map(({ level }) => level)).toEqual(['info']);
  });

  it('happens where Discord does not tell what it has, and not again at the next start', async () => {
    const { run, calls } = createRig(({ method }) => {
      if (method === 'PUT') return [];
      throw new Failure('platform-rejected', '404: Not Found', { facts: { status: 404 } });
    });

    await run();
    await run();

    expect(calls.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET']);
  });

  it('happens once where Discord tells of it in other words, and again when a command is gone', async () => {
    const told = commandDefinitions.map(({ name, type }) => ({ name, type, description: 'Other words' }));
    const { run, calls } = createRig((_call, index) => (index < 3 ? told : told.slice(1)));

    await run();
    await run();
    expect(calls.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET']);
    await run();

    expect(calls.slice(3).map(({ method }) => method)).toEqual(['GET', 'PUT']);
  });

  it('is left to the process that has the first shard', async () => {
    const { run, calls } = createRig(() => [], [1, 2]);

    await run();

    expect(calls).toEqual([]);
  });

  it('says in one sentence that it failed and is tried again, later each time', async () => {
    const { run, calls, clock, logger } = createRig((_call, index) => {
      if (index < 8) throw new Failure('platform-unreachable', 'Discord could not be reached: ECONNREFUSED');
      return asRegistered();
    });

    const done = run();
    await clock.advance(59_999);
    expect(calls).toHaveLength(1);
    await clock.advance(1);
    expect(calls).toHaveLength(2);
    await clock.runUntil(done, 6 * 3_600_000);

    expect(calls).toHaveLength(9);
    expect(logger.lines).toHaveLength(8);
    expect(logger.lines.map(({ facts }) => facts)).toEqual(
      [1, 2, 4, 8, 16, 32, 60, 60].map((minutes) => ({
        reason: 'Discord could not be reached: ECONNREFUSED',
        againInMs: minutes * 60_000,
      })),
    );
  });

  it('ends quietly when the bot stops', async () => {
    const { run, clock, logger, controller } = createRig(() => {
      throw new Failure('platform-unreachable', 'Discord could not be reached');
    });

    const done = run();
    await clock.advance(10);
    controller.abort(new Error('shutting down'));
    await done;

    expect(clock.pending()).toBe(0);
    expect(logger.lines).toHaveLength(1);
  });
});
