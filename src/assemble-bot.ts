import type { ImageChat } from './answer/image-chat.ts';
import type { ModelInfo } from './answer/models.ts';
import { createPictureAsker } from './ask-about-pictures.ts';
import { type Bot, createBot, type Platform } from './bot.ts';
import { createReplyComposer } from './compose-reply.ts';
import { createDeliverer } from './delivery/deliver.ts';
import { createBudgetsByOutbox } from './delivery/edit-budgets.ts';
import { createFailureText } from './delivery/failure-text.ts';
import { createPictureGatherer } from './images/gather-pictures.ts';
import type { PrepareImage } from './images/prepare-image.ts';
import type { Clock } from './lib/clock.ts';
import type { Ids } from './lib/ids.ts';
import type { Logger } from './lib/logger.ts';
import type { Metrics } from './lib/metrics.ts';
import { createAnswers } from './memory/answers.ts';
import { createCollection } from './memory/collection.ts';
import { conversationSchema, createConversation } from './memory/conversation.ts';
import { createFeedback } from './memory/feedback.ts';
import { forgetTenant } from './memory/forget-tenant.ts';
import { createPreferences } from './memory/preferences.ts';
import type { Store } from './memory/store.ts';
import { createBusySpeaker } from './say-busy.ts';
import { createPlainSpeaker } from './say-plainly.ts';
import type { TurnQueue } from './turn/turn-queue.ts';

/** What a bot stands on: its ports, and nothing of what is behind them. */
export type BotFoundation = {
  readonly platforms: readonly Platform[];
  readonly queue: TurnQueue;
  readonly store: Store;
  readonly chat: ImageChat;
  readonly prepare: PrepareImage;
  listModels(signal: AbortSignal): Promise<readonly ModelInfo[]>;
  /** `DEFAULT_MODEL`, or null. */
  readonly configuredModel: string | null;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

/** Puts the stages together into the bot: the same for the program, its tests and its benchmarks. */
export function assembleBot(foundation: BotFoundation): Bot {
  const { chat, store, clock, ids, logger, metrics, listModels, configuredModel, prepare } = foundation;
  const conversations = createCollection(store, 'conversations', conversationSchema, logger);
  const answers = createAnswers(store, logger);
  const feedback = createFeedback(store, logger);
  const preferences = createPreferences(store, logger);
  const choices = { preferences, configuredModel, listModels };
  const gatherPictures = createPictureGatherer({ prepare, upload: chat.upload, clock, metrics });
  const failureText = createFailureText({ ids, logger });
  const sayPlainly = createPlainSpeaker({ clock, logger });
  return createBot({
    platforms: foundation.platforms,
    queue: foundation.queue,
    compose: createReplyComposer({
      conversations,
      commands: { ...choices, freshConversation: (turn) => createConversation(`${turn.platform}-${ids.token()}`) },
      askAboutPictures: createPictureAsker({ ...choices, chat, conversations, gatherPictures }),
    }),
    deliver: createDeliverer({
      budgets: createBudgetsByOutbox(clock),
      failureText,
      clock,
      logger,
      metrics,
    }),
    answers,
    feedback,
    forgetTenant: (platform, tenant, signal) =>
      forgetTenant({ conversations, answers, feedback, preferences }, platform, tenant, () => clock.sleep(0, signal)),
    forgetConversation: chat.forget,
    sayBusy: createBusySpeaker({ clock, sayPlainly }),
    sayPlainly,
    failureText,
    clock,
    logger,
    metrics,
  });
}
