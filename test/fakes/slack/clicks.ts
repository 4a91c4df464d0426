import { extname } from 'node:path';
import { isObject, type JsonObject, toObject, toObjects, toText } from '../discord/json.ts';
import type { Backend } from './backend.ts';
import { optionsProblems } from './block-rules.ts';
import { elementsOfBlocks } from './block-texts.ts';
import type { AttemptResult } from './delivery.ts';
import { activeIn } from './installing.ts';
import type { ChannelRecord, MessageRecord, UserRecord, ViewRecord } from './records.ts';
import { type FileToShare, shareFiles } from './shared-files.ts';
import { showView, topView, toView, viewContent } from './view-methods.ts';
import { teamOf, toTs } from './world.ts';

/** What a person sees of what they did. */
export type ClickOutcome =
  /** The app took it. `answer` is what it said in its acknowledgement, or null. */
  | { readonly type: 'done'; readonly answer: unknown }
  /** The app did not answer in time, or not at all: Slack shows a mark or an error. */
  | { readonly type: 'failed'; readonly shown: string }
  /** Slack does not do it at all, and says why. */
  | { readonly type: 'refused'; readonly shown: string };

/** What a modal is filled in with, by action id: texts, the value of an option, or files to upload. */
export type FormValues = { readonly [actionId: string]: string | readonly FileToShare[] };

/** What people do beside writing. */
export type Clicks = {
  /** Somebody sends a command from a channel's composer; from a thread's, Slack refuses. */
  slash(
    user: UserRecord,
    channel: ChannelRecord,
    command: string,
    text?: string,
    options?: { readonly inThread?: boolean },
  ): Promise<ClickOutcome>;
  /** Somebody chooses the app's shortcut in a message's menu. */
  messageShortcut(user: UserRecord, message: MessageRecord, callbackId: string): Promise<ClickOutcome>;
  /** Somebody chooses the app's shortcut in the composer or the search. */
  globalShortcut(user: UserRecord, callbackId: string): Promise<ClickOutcome>;
  /** Somebody presses a button, by its action id or its words. */
  press(user: UserRecord, message: MessageRecord, button: string): Promise<ClickOutcome>;
  /** Somebody chooses from a menu: by value, of the options in the message or those suggested last. */
  choose(user: UserRecord, message: MessageRecord, actionId: string, value: string): Promise<ClickOutcome>;
  /** Somebody types into a menu that asks the app: the options that come, or null when none came in time. */
  suggest(
    user: UserRecord,
    where: MessageRecord | ViewRecord,
    actionId: string,
    typed: string,
  ): Promise<readonly JsonObject[] | null>;
  /** The modal that somebody looks at. */
  openView(user: UserRecord): ViewRecord | null;
  /** Somebody fills in the modal and submits it. */
  submit(user: UserRecord, values?: FormValues): Promise<ClickOutcome>;
  /** Somebody closes the modal. */
  close(user: UserRecord): Promise<ClickOutcome>;
};

const timedOut = 'This did not work. Slack did not hear from the app in time (operation_timeout).';
const noSlashInThreads = (command: string) => `${command} is not supported in threads. Sorry!`;

/** The hands of the fake's people. */
export function createClicks(backend: Backend): Clicks {
  const { world, desk, deliveries, triggers, payloads } = backend;
  const suggested = new Map<string, readonly JsonObject[]>();

  const teamFields = (user: UserRecord): JsonObject => {
    const team = teamOf(world, user.teamId);
    const [installation] = activeIn(world, user.teamId);
    const enterprise = team.enterpriseId === null ? null : { id: team.enterpriseId, name: 'Organisation' };
    return {
      // Of an app in a whole organisation it says no workspace (bolt-js, src/App.ts: “team property will be null”).
      team:
        installation?.teamId === null
          ? null
          : {
              id: team.id,
              domain: team.domain,
              ...(enterprise === null ? {} : { enterprise_id: enterprise.id, enterprise_name: enterprise.name }),
            },
      user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
      enterprise,
      is_enterprise_install: installation?.teamId === null,
      api_app_id: world.app.id,
      token: world.app.verificationToken,
    };
  };

  const outcomeOf = (result: AttemptResult): ClickOutcome =>
    result.type === 'taken' ? { type: 'done', answer: result.answer } : { type: 'failed', shown: timedOut };

  const interact = async (payload: JsonObject, takesAnswer = false) =>
    outcomeOf(await deliveries.ask({ kind: 'interactive', payload, takesAnswer }));

  /** An answer to a command that came with its acknowledgement. */
  const showAnswer = (user: UserRecord, channel: ChannelRecord, answer: unknown) => {
    const [installation] = activeIn(world, user.teamId);
    const object = isObject(answer) ? answer : { text: toText(answer) ?? '' };
    const text = toText(object['text']) ?? '';
    const blocks = toObjects(object['blocks']);
    if (installation === undefined || (text === '' && blocks.length === 0)) return;
    const isOpen = object['response_type'] === 'in_channel';
    desk.post({ channel, author: installation.bot, text, blocks, visibleTo: isOpen ? null : user.id });
  };

  const isShared = (user: UserRecord, channel: ChannelRecord) =>
    channel.teamId !== user.teamId && activeIn(world, user.teamId).length === 0;

  const containerOf = (message: MessageRecord): JsonObject => ({
    type: 'message',
    message_ts: message.ts,
    channel_id: message.channel.id,
    is_ephemeral: message.visibleTo !== null,
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
  });

  const controlOf = (where: MessageRecord | ViewRecord, name: string) => {
    const blocks = 'channel' in where ? where.blocks : toObjects(where.content['blocks']);
    const found = elementsOfBlocks(blocks)
      .flatMap(({ blockId, element }) => {
        if (element['type'] !== 'feedback_buttons') return [{ blockId, element, action: element }];
        return ['positive_button', 'negative_button'].map((each) => ({
          blockId,
          element: toObject(element[each]),
          action: { ...element, value: toObject(element[each])['value'] },
        }));
      })
      .find(({ element, action }) => {
        const label = toText(toObject(element['text'])['text']);
        return label === name || action['action_id'] === name;
      });
    if (found === undefined) throw new Error(`there is no control "${name}" to use`);
    return found;
  };

  const blockAction = (user: UserRecord, message: MessageRecord, action: JsonObject) =>
    interact({
      type: 'block_actions',
      ...teamFields(user),
      container: containerOf(message),
      trigger_id: triggers.create(user),
      channel: { id: message.channel.id, name: message.channel.kind === 'im' ? 'directmessage' : message.channel.name },
      message: payloads.toMessage(message, { metadata: true }),
      state: { values: {} },
      response_url: triggers.createResponseUrl({ teamId: user.teamId, channel: message.channel, user, message }),
      actions: [{ ...action, action_ts: toTs(world.clock.now()) }],
    });

  /** Files go up as they are put into the form, and belong to nobody but whoever did that and the app. */
  const filesOf = (user: UserRecord, given: FormValues[string] | undefined): readonly JsonObject[] =>
    typeof given === 'object' ? shareFiles(world, user, given).map((file) => payloads.toFile(file)) : [];

  const stateOf = (user: UserRecord, view: ViewRecord, values: FormValues): JsonObject => {
    const state: Record<string, Record<string, unknown>> = {};
    for (const block of toObjects(view.content['blocks'])) {
      for (const { blockId, element } of elementsOfBlocks([block])) {
        const actionId = toText(element['action_id']) ?? '';
        const type = toText(element['type']) ?? '';
        const given = values[actionId];
        const options = [
          ...toObjects(element['options']),
          ...toObjects(element['option_groups']).flatMap((group) => toObjects(group['options'])),
          ...(suggested.get(`${view.id}/${actionId}`) ?? []),
        ];
        const chosen = options.find((option) => option['value'] === given) ?? element['initial_option'] ?? null;
        const isText = type.endsWith('_input');
        const input =
          type === 'file_input'
            ? { type, files: filesOf(user, given) }
            : isText
              ? { type, value: given ?? element['initial_value'] ?? null }
              : { type, selected_option: chosen };
        state[blockId] = { ...state[blockId], [actionId]: input };
      }
    }
    return state;
  };

  const missing = (view: ViewRecord, values: JsonObject): boolean =>
    toObjects(view.content['blocks']).some((block) => {
      if (block['type'] !== 'input' || block['optional'] === true) return false;
      const actionId = toText(toObject(block['element'])['action_id']) ?? '';
      const state = toObject(toObject(values[toText(block['block_id']) ?? ''])[actionId]);
      const hasFiles = toObjects(state['files']).length > 0;
      return !hasFiles && (state['value'] ?? state['selected_option'] ?? null) === null;
    });

  /** What Slack does not take up in a `file_input` (https://docs.slack.dev/reference/block-kit/block-elements/file-input-element). */
  const refusedFiles = (view: ViewRecord, values: FormValues): string | null => {
    for (const { element } of elementsOfBlocks(toObjects(view.content['blocks']))) {
      const files = values[toText(element['action_id']) ?? ''];
      if (element['type'] !== 'file_input' || typeof files !== 'object') continue;
      const { filetypes, max_files: most } = element;
      if (files.length > (typeof most === 'number' ? most : 10)) return 'Too many files.';
      if (files.some(({ bytes }) => bytes.byteLength > 10_485_760)) return 'Files can be up to 10 MB.';
      const kinds: readonly unknown[] | null = Array.isArray(filetypes) ? filetypes : null;
      const isOther = ({ name }: FileToShare) => kinds?.includes(extname(name).slice(1).toLowerCase()) === false;
      if (files.some(isOther)) return 'This file type is not supported.';
    }
    return null;
  };

  const follow = (user: UserRecord, view: ViewRecord, answer: unknown) => {
    const action = toObject(answer);
    switch (action['response_action']) {
      case 'errors':
        return;
      case 'update':
        view.content = viewContent(world, action['view']);
        view.hash = world.nextId('h');
        return;
      case 'push':
        showView(world, user, viewContent(world, action['view']), view);
        return;
      case 'clear':
        for (const each of world.views.values()) if (each.userId === user.id) each.open = false;
        return;
      default:
        view.open = false;
    }
  };

  return {
    async slash(user, channel, command, text = '', options = {}) {
      if (options.inThread === true) return { type: 'refused', shown: noSlashInThreads(command) };
      if (isShared(user, channel)) return { type: 'refused', shown: `${command} is not a valid command.` };
      const team = teamOf(world, user.teamId);
      const result = await deliveries.ask({
        kind: 'slash_commands',
        takesAnswer: true,
        payload: {
          token: world.app.verificationToken,
          team_id: team.id,
          team_domain: team.domain,
          ...(team.enterpriseId === null ? {} : { enterprise_id: team.enterpriseId, enterprise_name: 'Organisation' }),
          channel_id: channel.id,
          channel_name:
            channel.kind === 'im' ? 'directmessage' : channel.kind === 'group' ? 'privategroup' : channel.name,
          user_id: user.id,
          user_name: user.name,
          command,
          text,
          api_app_id: world.app.id,
          is_enterprise_install: String(activeIn(world, team.id)[0]?.teamId === null),
          response_url: triggers.createResponseUrl({ teamId: user.teamId, channel, user, message: null }),
          trigger_id: triggers.create(user),
        },
      });
      if (result.type === 'taken') showAnswer(user, channel, result.answer);
      return result.type === 'taken'
        ? outcomeOf(result)
        : { type: 'failed', shown: `${command} failed with the error "operation_timeout"` };
    },
    async messageShortcut(user, message, callbackId) {
      if (isShared(user, message.channel)) return { type: 'refused', shown: 'There is no such shortcut here.' };
      return interact({
        type: 'message_action',
        ...teamFields(user),
        callback_id: callbackId,
        trigger_id: triggers.create(user),
        action_ts: toTs(world.clock.now()),
        message_ts: message.ts,
        channel: { id: message.channel.id, name: message.channel.name },
        message: payloads.toMessage(message),
        response_url: triggers.createResponseUrl({
          teamId: user.teamId,
          channel: message.channel,
          user,
          message: null,
        }),
      });
    },
    globalShortcut: (user, callbackId) =>
      interact({
        type: 'shortcut',
        ...teamFields(user),
        callback_id: callbackId,
        trigger_id: triggers.create(user),
        action_ts: toTs(world.clock.now()),
      }),
    press(user, message, button) {
      const { blockId, action } = controlOf(message, button);
      const { type, action_id, text, value, style } = action;
      return blockAction(user, message, {
        type,
        action_id,
        block_id: blockId,
        ...(text === undefined ? {} : { text }),
        ...(value === undefined ? {} : { value }),
        ...(style === undefined ? {} : { style }),
      });
    },
    choose(user, message, actionId, value) {
      const { blockId, element } = controlOf(message, actionId);
      const options = [
        ...toObjects(element['options']),
        ...toObjects(element['option_groups']).flatMap((group) => toObjects(group['options'])),
        ...(suggested.get(`${message.ts}/${actionId}`) ?? []),
      ];
      const selected = options.find((option) => option['value'] === value);
      if (selected === undefined) throw new Error(`"${value}" is not among what can be chosen`);
      const { type, placeholder } = element;
      return blockAction(user, message, {
        type,
        action_id: actionId,
        block_id: blockId,
        selected_option: selected,
        ...(placeholder === undefined ? {} : { placeholder }),
      });
    },
    async suggest(user, where, actionId, typed) {
      const { blockId, element } = controlOf(where, actionId);
      const least = element['min_query_length'];
      // With fewer letters than the menu wants, nothing is asked; 0 asks as soon as it is opened.
      if (typed.length < (typeof least === 'number' ? least : 3)) return [];
      const isMessage = 'channel' in where;
      const outcome = await interact(
        {
          type: 'block_suggestion',
          ...teamFields(user),
          action_id: actionId,
          block_id: blockId,
          value: typed,
          ...(isMessage
            ? {
                container: containerOf(where),
                channel: { id: where.channel.id, name: where.channel.name },
                message: payloads.toMessage(where),
              }
            : { container: { type: 'view', view_id: where.id }, view: toView(world, where) }),
        },
        true,
      );
      if (outcome.type !== 'done') return null;
      const answer = toObject(outcome.answer);
      const groups = toObjects(answer['option_groups']);
      const options =
        groups.length > 0 ? groups.flatMap((group) => toObjects(group['options'])) : toObjects(answer['options']);
      if (optionsProblems(options, '/options').length > 0) return null;
      suggested.set(`${isMessage ? where.ts : where.id}/${actionId}`, options);
      return options;
    },
    openView: (user) => topView(world, user),
    async submit(user, values = {}) {
      const view = topView(world, user);
      if (view === null) return { type: 'refused', shown: 'There is no form.' };
      const refused = refusedFiles(view, values);
      if (refused !== null) return { type: 'refused', shown: refused };
      const state = stateOf(user, view, values);
      if (missing(view, state)) return { type: 'refused', shown: 'Please complete this required field.' };
      const outcome = await interact(
        {
          type: 'view_submission',
          ...teamFields(user),
          trigger_id: triggers.create(user),
          view: toView(world, view, state),
          response_urls: [],
        },
        true,
      );
      if (outcome.type === 'done') follow(user, view, outcome.answer);
      return outcome;
    },
    async close(user) {
      const view = topView(world, user);
      if (view === null) return { type: 'refused', shown: 'There is no form.' };
      view.open = false;
      if (view.content['notify_on_close'] !== true) return { type: 'done', answer: null };
      return interact({ type: 'view_closed', ...teamFields(user), view: toView(world, view), is_cleared: false });
    },
  };
}
