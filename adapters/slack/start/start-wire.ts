import { z } from 'zod';

/** Whom a token belongs to, as `auth.test` says. For an organisation `team_id` is that of the organisation. */
export const authTestSchema = z.object({
  url: z.string().nullish().catch(null),
  team: z.string().nullish().catch(null),
  team_id: z.string(),
  enterprise_id: z.string().nullish().catch(null),
  user: z.string().nullish().catch(null),
  user_id: z.string(),
  bot_id: z.string().nullish().catch(null),
  is_enterprise_install: z.boolean().nullish().catch(null),
  response_metadata: z
    .object({ scopes: z.array(z.string()).nullish().catch(null) })
    .nullish()
    .catch(null),
});

/** The channels of the bot, as `users.conversations` lists them. */
export const ownChannelsSchema = z.object({ channels: z.array(z.object({ id: z.string() })) });
