import type { ChannelRecord, MessageRecord, UserRecord } from './records.ts';
import { SlackError } from './slack-error.ts';
import type { World } from './world.ts';

/** Where the answer to an interaction may be posted. */
export type ResponseTarget = {
  readonly teamId: string;
  readonly channel: ChannelRecord;
  readonly user: UserRecord;
  /** The message that holds the control, if any. */
  readonly message: MessageRecord | null;
};

/** What interactions hand out for a while: triggers for views, and addresses for answers. */
export type Triggers = {
  create(user: UserRecord): string;
  /** Who did what the trigger came from; refused when it is too late or was used. */
  exchange(id: string): UserRecord;
  createResponseUrl(target: ResponseTarget): string;
  /** Uses an address once: its target, or why it cannot be used any more. */
  respond(path: string): ResponseTarget | 'used_url' | 'expired_url' | 'no_such_url';
};

const mostResponses = 5;
const responseLifeMs = 1_800_000;

/** Nothing handed out yet. */
export function createTriggers(world: World, lifeMs: () => number): Triggers {
  const triggers = new Map<string, { readonly user: UserRecord; readonly atMs: number; used: boolean }>();
  const responses = new Map<string, { readonly target: ResponseTarget; readonly atMs: number; uses: number }>();
  return {
    create(user) {
      const id = `${world.nextId('1')}.${user.teamId}.abcdef`;
      triggers.set(id, { user, atMs: world.clock.now(), used: false });
      return id;
    },
    exchange(id) {
      const trigger = triggers.get(id);
      if (trigger === undefined) throw new SlackError('invalid_trigger_id');
      if (trigger.used) throw new SlackError('exchanged_trigger_id');
      if (world.clock.now() - trigger.atMs >= lifeMs()) throw new SlackError('expired_trigger_id');
      trigger.used = true;
      return trigger.user;
    },
    createResponseUrl(target) {
      const path = `/actions/${target.teamId}/${world.nextId('1')}/fake-response`;
      responses.set(path, { target, atMs: world.clock.now(), uses: 0 });
      return `${world.origins.hooks}${path}`;
    },
    respond(path) {
      const response = responses.get(path);
      if (response === undefined) return 'no_such_url';
      if (world.clock.now() - response.atMs >= responseLifeMs) return 'expired_url';
      if (response.uses >= mostResponses) return 'used_url';
      response.uses += 1;
      return response.target;
    },
  };
}
