import type { DiscordCall } from './discord-call.ts';

/** Resources that have a limit for each of them, not one for all. */
const majorResources: readonly string[] = ['channels', 'guilds', 'webhooks'];
/** Resources whose second segment is a token. */
const tokenResources: readonly string[] = ['webhooks', 'interactions'];

/** The route without ids and tokens, to be shown and logged: `/channels/:id/messages/:id`. */
export function toRouteTemplate(route: string): string {
  const [path = ''] = route.split('?');
  const [, resource = '', ...segments] = path.split('/');
  const names = segments.map((segment, index) => {
    if (index === 1 && tokenResources.includes(resource)) return ':token';
    if (segments[index - 1] === 'reactions') return ':emoji';
    return /^\d+$/.test(segment) ? ':id' : segment;
  });
  return `/${[resource, ...names].join('/')}`;
}

/** Calls of one key share a limit, as far as that can be known before asking. Null for interaction callbacks, which have none. */
export function toBucketKey({ method, route }: DiscordCall): string | null {
  const [, resource = '', id = '', token = ''] = route.split('/');
  if (resource === 'interactions') return null;
  const major = majorResources.includes(resource) ? id : '';
  return `${method} ${toRouteTemplate(route)} ${major}${resource === 'webhooks' ? `/${token}` : ''}`;
}

/** Interactions and webhooks have limits of their own and do not count for the bot's. */
export function isOutsideGlobalLimit({ route }: DiscordCall): boolean {
  return tokenResources.some((resource) => route.startsWith(`/${resource}/`));
}

/** The channel that the call is about, null when it is about something else. */
export function channelOf({ route }: DiscordCall): string | null {
  return /^\/channels\/(\d+)/.exec(route)?.[1] ?? null;
}

/** Calls that only look nice: the first to be left out. */
export function isCosmetic({ method, route }: DiscordCall): boolean {
  return method === 'POST' && /^\/channels\/\d+\/typing$/.test(route);
}
