import { z } from 'zod';

/** The library throws on an address that is none, where nobody could catch it. */
export const gatewayUrlSchema = z.string().refine((text) => {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'wss:' || url.protocol === 'ws:') && url.hash === '' && url.search === '';
}, 'not the address of a WebSocket');

/** As Discord allows nearly every bot. */
const usualTotal = 1_000;

/** The reply of `GET /gateway/bot`, with the usual for what nobody needs to be told. */
export const gatewayBotSchema = z.object({
  url: gatewayUrlSchema,
  shards: z.number().int().min(1).max(100_000).default(1),
  session_start_limit: z.object({
    total: z.number().int().min(0).default(usualTotal),
    remaining: z.number().int().min(0),
    reset_after: z.number().min(0).default(0),
    max_concurrency: z.number().int().min(1).default(1),
  }),
});
export type GatewayBot = z.infer<typeof gatewayBotSchema>;
