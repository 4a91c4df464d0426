import manifest from '../package.json' with { type: 'json' };
import type { DiscordConfig } from './config-discord.ts';
import type { ConnectedPlatform, PlatformTools } from './connected-platform.ts';
import { createGuard } from './load-guard.ts';

/** Where Discord keeps what people post, and the copies it makes of it (docs.discord.com, "CDN endpoints"; images-ext by observation). */
const discordCdnOrigins = [
  'https://cdn.discordapp.com',
  'https://media.discordapp.net',
  'https://images-ext-1.discordapp.net',
  'https://images-ext-2.discordapp.net',
] as const;

/** Loaded only where it is configured: it costs time and memory at the start. */
export async function loadDiscord(config: DiscordConfig, tools: PlatformTools): Promise<ConnectedPlatform> {
  const { createDiscordPlatform } = await import('../adapters/discord/platform.ts');
  const guard = createGuard(config.cdnOrigins ?? discordCdnOrigins, false, tools.clock);
  const platform = createDiscordPlatform({
    settings: config,
    version: manifest.version,
    async download(url, maxBytes, signal) {
      const request = { accept: 'image/*', types: null, maxBytes, totalMs: 15_000, secrets: null };
      return (await (await guard.get()).download(url, request, signal)).bytes;
    },
    ...tools,
  });
  return { ...platform, name: 'Discord', routes: null, close: guard.close };
}
