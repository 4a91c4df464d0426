import { z } from 'zod';

/** A reply of `users.info` (https://docs.slack.dev/reference/objects/user-object). */
export const userReplySchema = z.object({
  user: z.object({
    id: z.string(),
    team_id: z.string().nullish(),
    name: z.string().nullish(),
    real_name: z.string().nullish(),
    is_admin: z.boolean().nullish(),
    is_owner: z.boolean().nullish(),
    is_primary_owner: z.boolean().nullish(),
    is_restricted: z.boolean().nullish(),
    is_ultra_restricted: z.boolean().nullish(),
    is_stranger: z.boolean().nullish(),
    is_bot: z.boolean().nullish(),
    deleted: z.boolean().nullish(),
    profile: z.object({ display_name: z.string().nullish(), real_name: z.string().nullish() }).nullish(),
    /** Of an organisation: in which of its workspaces somebody is. */
    enterprise_user: z.object({ teams: z.array(z.string()).nullish() }).nullish(),
  }),
});

/** Somebody as Slack tells of them. */
export type WireUser = z.infer<typeof userReplySchema>['user'];

/** A reply of `conversations.info` (https://docs.slack.dev/reference/objects/conversation-object). */
export const channelReplySchema = z.object({
  channel: z.object({
    id: z.string(),
    name: z.string().nullish(),
    creator: z.string().nullish(),
    is_im: z.boolean().nullish(),
    is_ext_shared: z.boolean().nullish(),
    /** Who hosts a channel that organisations share: a workspace or an organisation. */
    conversation_host_id: z.string().nullish(),
    shared_team_ids: z.array(z.string()).nullish(),
  }),
});

/** A conversation as Slack tells of it. */
export type WireConversation = z.infer<typeof channelReplySchema>['channel'];
