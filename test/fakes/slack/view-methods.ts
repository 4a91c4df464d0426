import { isObject, type JsonObject, toObjects, toText } from '../discord/json.ts';
import type { ApiCall, ApiMethod } from './api-method.ts';
import type { Backend } from './backend.ts';
import { viewProblems } from './block-rules.ts';
import type { UserRecord, ViewRecord } from './records.ts';
import { refusedForm, SlackError } from './slack-error.ts';
import { findUser, type World } from './world.ts';

const mostBytes = 250_000;
const mostViews = 3;

/** The content of a view, checked; its blocks get ids where they have none. */
export function viewContent(world: World, given: unknown): JsonObject {
  if (!isObject(given)) throw new SlackError('invalid_arguments');
  const problems = viewProblems(given);
  if (problems.length > 0) throw refusedForm('invalid_arguments', problems);
  if (Buffer.byteLength(JSON.stringify(given)) > mostBytes) throw new SlackError('view_too_large');
  const blocks = toObjects(given['blocks']).map((block) => ({
    ...block,
    block_id: toText(block['block_id']) ?? world.nextId('blk'),
  }));
  return { ...given, blocks };
}

/** The view that somebody looks at now: the last one that was opened and not closed. */
export function topView(world: World, user: UserRecord): ViewRecord | null {
  return [...world.views.values()].findLast((view) => view.open && view.userId === user.id) ?? null;
}

/** Puts a view on top of what somebody looks at. */
export function showView(world: World, user: UserRecord, content: JsonObject, below: ViewRecord | null): ViewRecord {
  const id = world.nextId('V');
  const view: ViewRecord = {
    id,
    teamId: user.teamId,
    userId: user.id,
    rootId: below?.rootId ?? id,
    content,
    hash: world.nextId('h'),
    open: true,
  };
  world.views.set(id, view);
  return view;
}

/** A view as Slack sends it. */
export function toView(world: World, view: ViewRecord, values: JsonObject = {}): JsonObject {
  const [bot] = world.installations;
  return {
    private_metadata: '',
    callback_id: '',
    close: null,
    submit: null,
    clear_on_close: false,
    notify_on_close: false,
    ...view.content,
    id: view.id,
    team_id: view.teamId,
    app_id: world.app.id,
    bot_id: bot?.botId ?? '',
    hash: view.hash,
    root_view_id: view.rootId,
    previous_view_id: null,
    state: { values },
  };
}

/** `views.open`, `views.push`, `views.update`, `views.publish`. */
export function createViewMethods(backend: Backend): readonly ApiMethod[] {
  const { world, triggers } = backend;

  const open = (call: ApiCall, onTop: boolean): JsonObject => {
    // The content is looked at first: a broken view does not use up the trigger.
    const content = viewContent(world, call.args.json('view'));
    const user = triggers.exchange(call.args.text('trigger_id') ?? '');
    const below = onTop ? topView(world, user) : null;
    const stacked = [...world.views.values()].filter((view) => view.open && view.userId === user.id).length;
    if (onTop && stacked >= mostViews) throw new SlackError('push_limit_reached');
    return { view: toView(world, showView(world, user, content, below)) };
  };

  const update = (call: ApiCall): JsonObject => {
    const { args } = call;
    const view = world.views.get(args.text('view_id') ?? '');
    if (view === undefined || !view.open) throw new SlackError('not_found');
    const hash = args.text('hash');
    if (hash !== null && hash !== view.hash) throw new SlackError('hash_conflict');
    view.content = viewContent(world, args.json('view'));
    view.hash = world.nextId('h');
    return { view: toView(world, view) };
  };

  const publish = (call: ApiCall): JsonObject => {
    const user = findUser(world, call.installation.teamId ?? '', call.args.text('user_id') ?? '');
    if (user === null) throw new SlackError('user_not_found');
    const content = viewContent(world, call.args.json('view'));
    const view = showView(world, user, content, null);
    view.open = false;
    return { view: toView(world, view) };
  };

  return [
    { name: 'views.open', access: 'bot', scope: null, tier: 4, handle: (call) => open(call, false) },
    { name: 'views.push', access: 'bot', scope: null, tier: 4, handle: (call) => open(call, true) },
    { name: 'views.update', access: 'bot', scope: null, tier: 4, handle: update },
    { name: 'views.publish', access: 'bot', scope: null, tier: 4, handle: publish },
  ];
}
