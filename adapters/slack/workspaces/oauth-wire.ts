import { z } from 'zod';

const named = z
  .object({ id: z.string(), name: z.string().nullish().catch(null) })
  .nullish()
  .catch(null);
const rotation = { refresh_token: z.string().nullish().catch(null), expires_in: z.number().nullish().catch(null) };

/** What `oauth.v2.access` gives for a code (https://docs.slack.dev/reference/methods/oauth.v2.access). */
export const accessReplySchema = z.object({
  access_token: z.string(),
  token_type: z.string().nullish().catch(null),
  scope: z.string().nullish().catch(null),
  bot_user_id: z.string(),
  app_id: z.string(),
  /** Null when a whole organisation installed the app. */
  team: named,
  enterprise: named,
  is_enterprise_install: z.boolean().nullish().catch(null),
  ...rotation,
});

/** What it gives for a refresh token. */
export const refreshReplySchema = z.object({ access_token: z.string(), ...rotation });

export type AccessReply = z.infer<typeof accessReplySchema>;
export type RefreshReply = z.infer<typeof refreshReplySchema>;
