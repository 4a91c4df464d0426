import type { BotFoundation } from './assemble-bot.ts';
import type { Platform } from './bot.ts';

/** A platform that is connected to from here. */
export type ConnectedPlatform = Platform & {
  readonly name: string;
  /** What is asked of it over HTTP; null: nothing. */
  readonly routes: ReturnType<typeof import('../adapters/slack/platform.ts')['createSlackPlatform']>['routes'] | null;
  /** Lines for the operator; rejects when it refuses the bot. */
  readonly started: Promise<readonly string[]>;
  problem(): string | null;
  close(): Promise<void>;
};

/** What a platform is loaded with. */
export type PlatformTools = Pick<BotFoundation, 'store' | 'clock' | 'ids' | 'logger' | 'listModels'>;
