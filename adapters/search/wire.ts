import { z } from 'zod';

/** https://api-dashboard.search.brave.com/app/documentation/web-search/responses */
export const braveSchema = z.object({
  web: z
    .object({
      results: z.array(z.object({ url: z.string(), title: z.string().nullish(), description: z.string().nullish() })),
    })
    .nullish(),
});

/** Tavily's (https://docs.tavily.com/documentation/api-reference/endpoint/search) and SearXNG's (https://docs.searxng.org/dev/search_api.html). */
export const resultsSchema = z.object({
  results: z.array(z.object({ url: z.string(), title: z.string().nullish(), content: z.string().nullish() })).nullish(),
});
