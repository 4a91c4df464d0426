import { z } from 'zod';

/** https://api-dashboard.search.brave.com/app/documentation/web-search/responses */
export const braveSchema = z.object({
  web: z
    .object({
      results: z.array(z.object({ url: z.string(), title: z.string().nullish(), description: z.string().nullish() })),
    })
    .nullish(),
});

/** https://docs.tavily.com/documentation/api-reference/endpoint/search */
export const tavilySchema = z.object({
  results: z.array(z.object({ url: z.string(), title: z.string().nullish(), content: z.string().nullish() })).nullish(),
});

/** https://docs.searxng.org/dev/search_api.html: as Tavily's. */
export const searxngSchema = tavilySchema;
