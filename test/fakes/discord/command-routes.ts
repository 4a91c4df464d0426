import type { Backend } from './backend.ts';
import { refusal } from './discord-error.ts';
import { type JsonObject, toNumber, toObject, toObjects, toText } from './json.ts';
import { applicationFlags, toCommand, toUser } from './payloads.ts';
import type { CommandRecord } from './records.ts';
import { done, ok, type RestCall, type RestRoute } from './rest-route.ts';
import { commandKey } from './world.ts';

/** The routes of the application: itself, its gateway, its commands. */
export function createCommandRoutes(backend: Backend): readonly RestRoute[] {
  const { world, gateway } = backend;

  const application = () => ({
    id: world.applicationId,
    name: world.bot.username,
    icon: null,
    description: '',
    summary: '',
    type: null,
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: '0'.repeat(64),
    flags: applicationFlags(world),
    hook: true,
    is_monetized: false,
    is_verified: false,
    is_discoverable: false,
    storefront_available: false,
    integration_types_config: { '0': {}, '1': {} },
    approximate_guild_count: world.guilds.size,
    approximate_user_install_count: 0,
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    tags: [],
    owner: toUser(world.bot),
    team: null,
    bot: toUser(world.bot),
  });

  const checkApplication = (call: RestCall) => {
    if (call.params['application'] !== world.applicationId) throw refusal('unknown-application');
    const guildId = call.params['guild'] ?? null;
    if (guildId !== null && !world.guilds.has(guildId)) throw refusal('unknown-guild');
    return guildId;
  };

  const commandsOf = (guildId: string | null) =>
    [...world.commands.values()].filter((each) => each.guildId === guildId);

  // A command keeps its id as long as its name and kind; its version changes with what it says.
  const keep = (guildId: string | null, definition: JsonObject): CommandRecord => {
    const key = commandKey(guildId, toNumber(definition['type'], 1), toText(definition['name']) ?? '');
    const before = world.commands.get(key);
    const isSame = before !== undefined && JSON.stringify(before.definition) === JSON.stringify(definition);
    const { id: _id, ...said } = definition;
    const command: CommandRecord = isSame
      ? before
      : { id: before?.id ?? world.snowflakes.next(), guildId, version: world.snowflakes.next(), definition: said };
    world.commands.set(key, command);
    return command;
  };

  const withoutTranslations = (command: JsonObject, call: RestCall): JsonObject => {
    if (call.query.get('with_localizations') === 'true') return command;
    const { name_localizations: _names, description_localizations: _descriptions, ...rest } = command;
    return rest;
  };

  const list = (call: RestCall) =>
    ok(commandsOf(checkApplication(call)).map((each) => withoutTranslations(toCommand(world, each), call)));

  const replace = (call: RestCall) => {
    const guildId = checkApplication(call);
    const definitions = toObjects(call.body);
    const kept = definitions.map((definition) => keep(guildId, definition));
    for (const [key, command] of world.commands) {
      if (command.guildId === guildId && !kept.includes(command)) world.commands.delete(key);
    }
    return ok(kept.map((each) => toCommand(world, each)));
  };

  const add = (call: RestCall) => {
    const guildId = checkApplication(call);
    const before = world.commands.size;
    const command = keep(guildId, toObject(call.body));
    return { status: world.commands.size > before ? 201 : 200, body: toCommand(world, command) };
  };

  const remove = (call: RestCall) => {
    const guildId = checkApplication(call);
    const entry = [...world.commands].find(
      ([, each]) => each.id === call.params['command'] && each.guildId === guildId,
    );
    if (entry === undefined) throw refusal('unknown-command');
    world.commands.delete(entry[0]);
    return done;
  };

  const gatewayBot = () =>
    ok({
      url: world.origins.gateway,
      shards: gateway.settings.shards,
      session_start_limit: {
        total: gateway.settings.sessionStarts,
        remaining: gateway.startsLeft(),
        reset_after: gateway.startsResetAfterMs(),
        max_concurrency: gateway.settings.maxConcurrency,
      },
    });

  const common = { auth: true, limit: 'others', major: null, bodyKind: null } as const;
  const ofCommands = (base: string): readonly RestRoute[] => [
    { ...common, method: 'GET', pattern: base, handle: list },
    { ...common, method: 'PUT', pattern: base, bodyKind: 'commands', handle: replace },
    { ...common, method: 'POST', pattern: base, bodyKind: 'command', handle: add },
    { ...common, method: 'DELETE', pattern: `${base}/:command`, handle: remove },
  ];

  return [
    { ...common, method: 'GET', pattern: '/gateway', auth: false, handle: () => ok({ url: world.origins.gateway }) },
    { ...common, method: 'GET', pattern: '/gateway/bot', handle: gatewayBot },
    { ...common, method: 'GET', pattern: '/applications/@me', handle: () => ok(application()) },
    { ...common, method: 'GET', pattern: '/oauth2/applications/@me', handle: () => ok(application()) },
    ...ofCommands('/applications/:application/commands'),
    ...ofCommands('/applications/:application/guilds/:guild/commands'),
  ];
}
