import { z } from 'zod';

/** Addresses of attachments, signed anew. Nothing stands for one that Discord does not know. */
export const refreshedLinksSchema = z.object({
  refreshed_urls: z.array(z.object({ refreshed: z.string().nullish().catch(null) })),
});
