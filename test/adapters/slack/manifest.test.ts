import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toCommandRequest } from '../../../adapters/slack/commands/command-request.ts';
import { shortcutId } from '../../../adapters/slack/interactions/decode-interaction.ts';
import manifest from '../../../adapters/slack/manifest.json' with { type: 'json' };
import { neededScopes } from '../../../adapters/slack/start/needed-scopes.ts';
import { createSlackRig } from '../../fakes/slack/slack-rig.ts';

const scopes = manifest.oauth_config.scopes.bot;
const events = manifest.settings.event_subscriptions.bot_events;

/** The methods that are called, with the scope that each needs; null also where it depends on the kind of channel. */
const methods: ReadonlyMap<string, string | null> = new Map([
  ['apps.connections.open', null],
  ['assistant.threads.setStatus', 'chat:write'],
  ['assistant.threads.setSuggestedPrompts', 'assistant:write'],
  ['assistant.threads.setTitle', 'assistant:write'],
  ['auth.test', null],
  ['chat.appendStream', 'chat:write'],
  ['chat.delete', 'chat:write'],
  ['chat.postEphemeral', 'chat:write'],
  ['chat.postMessage', 'chat:write'],
  ['chat.startStream', 'chat:write'],
  ['chat.stopStream', 'chat:write'],
  ['chat.update', 'chat:write'],
  ['conversations.history', null],
  ['conversations.info', null],
  ['conversations.open', 'im:write'],
  ['conversations.replies', null],
  ['files.info', 'files:read'],
  ['users.conversations', null],
  ['users.info', 'users:read'],
  ['views.open', null],
]);

/** What is asked about channels, by kind: in direct messages there is nothing to ask, and group conversations go without. */
const scopeOfKind = [
  ['conversations.info', 'channel', 'channels:read'],
  ['conversations.info', 'group', 'groups:read'],
  ['conversations.replies', 'channel', 'channels:history'],
  ['conversations.replies', 'group', 'groups:history'],
  ['conversations.replies', 'mpim', 'mpim:history'],
] as const;

/** The events that are taken, with the scope without which they do not come. */
const scopeOfEvent: ReadonlyMap<string, string | null> = new Map([
  ['agent_session_stopped', 'chat:write'],
  ['app_home_opened', null],
  ['app_mention', 'app_mentions:read'],
  ['app_uninstalled', null],
  ['message.channels', 'channels:history'],
  ['message.groups', 'groups:history'],
  ['message.im', 'im:history'],
  ['message.mpim', 'mpim:history'],
  ['tokens_revoked', null],
]);

describe('the manifest', () => {
  it('asks for exactly the scopes that methods, events and commands need', () => {
    const ofKinds = scopeOfKind.map(([, , scope]) => scope);
    const needed = [...methods.values(), ...scopeOfEvent.values(), ...ofKinds, 'commands'].filter(
      (scope) => scope !== null,
    );

    expect(scopes.toSorted()).toEqual([...new Set(needed)].toSorted());
    expect(scopes.toSorted()).toEqual([...neededScopes.keys()].toSorted());
  });

  it('subscribes to exactly the events that are taken', () => {
    expect(events.toSorted()).toEqual([...scopeOfEvent.keys()].toSorted());
  });

  it.each([...methods].filter(([, scope]) => scope !== null))(
    'lets %s be called, by the scope %s',
    async (method, scope) => {
      const { call, installation } = createSlackRig();
      installation.scopes.clear();
      for (const each of scopes) installation.scopes.add(each);

      expect((await call(method)).error).not.toBe('missing_scope');
      installation.scopes.delete(scope ?? '');

      expect((await call(method)).body).toMatchObject({ error: 'missing_scope', needed: scope });
    },
  );

  it.each(scopeOfKind)('lets %s be called for a %s, by the scope %s', async (method, kind, scope) => {
    const { call, installation, slack, team, person, bot } = createSlackRig();
    installation.scopes.clear();
    for (const each of scopes) installation.scopes.add(each);
    const channel = slack.places.createChannel(team, { kind, members: [person, bot] });
    const { ts } = slack.people.say(person, channel, { text: 'hi' });

    expect((await call(method, { channel: channel.id, ts })).error).toBeNull();
    installation.scopes.delete(scope);

    expect((await call(method, { channel: channel.id, ts })).body).toMatchObject({
      error: 'missing_scope',
      needed: scope,
    });
  });

  it('lets the channels of the bot be listed', async () => {
    const { call, installation } = createSlackRig();
    installation.scopes.clear();
    for (const each of scopes) installation.scopes.add(each);

    expect((await call('users.conversations', { types: 'public_channel,private_channel' })).error).toBeNull();
  });

  it('knows every method that the adapter names, and no other', () => {
    const root = join(import.meta.dirname, '../../../adapters/slack');
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('method-windows.ts'),
    );
    const named = files.flatMap((name) =>
      [
        ...readFileSync(join(root, name), 'utf8').matchAll(
          /'((?:agents|apps|assistant|auth|bots|chat|conversations|files|reactions|team|users|views)\.[A-Za-z.]+)'/g,
        ),
      ].map((match) => match[1] ?? ''),
    );

    expect([...methods.keys()].filter((method) => !named.includes(method))).toEqual([]);
    expect(named.filter((method) => !methods.has(method) && method !== 'files.slack.com')).toEqual([]);
  });

  it('has the shortcut and the commands that the bot knows', () => {
    const { shortcuts, slash_commands: commands } = manifest.features;

    expect(shortcuts.map(({ callback_id: id }) => id)).toEqual([shortcutId]);
    expect(commands.map(({ command }) => toCommandRequest(command, '').type)).toEqual([
      'ask',
      'command',
      'command',
      'command',
      'command',
    ]);
  });

  it('stays within what Slack takes', () => {
    const { display_information: display, features } = manifest;
    expect(display.name.length).toBeLessThanOrEqual(35);
    expect(display.description.length).toBeLessThanOrEqual(140);
    expect(features.agent_view.agent_description.length).toBeLessThanOrEqual(300);
    for (const shortcut of features.shortcuts) expect(shortcut.name.length).toBeLessThanOrEqual(24);
    for (const { command } of features.slash_commands) expect(command).toMatch(/^\/[a-z]{1,31}$/);
  });

  it('claims no command that Slack keeps for itself', () => {
    const kept = ['/away', '/dnd', '/invite', '/join', '/leave', '/me', '/msg', '/mute', '/open', '/remind', '/search'];
    const { slash_commands: commands } = manifest.features;

    expect(commands.map(({ command }) => command).filter((command) => kept.includes(command))).toEqual([]);
  });
});
