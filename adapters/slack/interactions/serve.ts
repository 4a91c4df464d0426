import type { ModelInfo } from '../../../src/answer/models.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { Store } from '../../../src/memory/store.ts';
import type { RespondToUrl } from '../answers/response-url.ts';
import type { SlackApi } from '../api/slack-call.ts';
import type { FindAsker } from '../directory/asker.ts';
import type { SlackMayUse } from '../directory/slack-access.ts';
import type { OnEvent } from '../inbox.ts';
import type { Workspaces } from '../workspaces/workspace.ts';
import { createCarryOut } from './carry-out.ts';
import type { Interaction, InteractionRequest } from './decode-interaction.ts';
import { createDirectMessages } from './direct-messages.ts';
import { errorAt, noticeInstead } from './form-answers.ts';
import { interactionSentences as sentences } from './interaction-sentences.ts';
import { createLookAtMessage } from './look-at-message.ts';
import { createOpenForm } from './open-form.ts';
import { createPendingQuestions } from './pending-questions.ts';
import { formIds } from './question-form.ts';
import { createServeCommand, refuseCommand, toCommandAnswer } from './serve-command.ts';
import { createServeForm } from './serve-form.ts';
import { createServePoint } from './serve-point.ts';
import { createServePress } from './serve-press.ts';
import { nothingMore, type Served } from './served.ts';
import { createSuggestModels } from './suggest-models.ts';
import { createWhisper, type Whisper } from './whisper.ts';

/** What commands, buttons, menus and forms need. */
export type InteractionsParts = {
  readonly api: SlackApi;
  readonly workspaces: Workspaces;
  readonly findAsker: FindAsker;
  readonly mayUse: SlackMayUse;
  readonly respond: RespondToUrl;
  readonly store: Store;
  listModels(signal: AbortSignal): Promise<readonly ModelInfo[]>;
  readonly clock: Clock;
  readonly logger: Logger;
};

type Suggest = Extract<InteractionRequest, { type: 'suggest' }>;

/** Too much is under way: what is said at once, without looking anything up. */
function refuseBusy(interaction: Interaction, whisper: Whisper): Served {
  const { request } = interaction;
  switch (request.type) {
    case 'ask':
    case 'command':
      return { answer: toCommandAnswer(sentences.busy), rest: nothingMore };
    case 'form':
      return {
        answer: request.form === null ? noticeInstead(sentences.busy) : errorAt(formIds.question, sentences.busy),
        rest: nothingMore,
      };
    case 'point':
    case 'press':
      return { answer: undefined, rest: whisper(interaction, null, sentences.busy) };
    case 'suggest':
      return { answer: { options: [] }, rest: nothingMore };
    case 'unknown':
      return refuseCommand();
    case 'unknown-shortcut':
    case 'nothing':
      return { answer: undefined, rest: nothingMore };
    default:
      return request satisfies never;
  }
}

/** One way for each kind of thing that people do. */
export function createServe(parts: InteractionsParts): {
  /** May reject where something unforeseen happened. */
  serve(interaction: Interaction, onEvent: OnEvent): Promise<Served>;
  refuse(interaction: Interaction): Served;
} {
  const whisper = createWhisper(parts);
  const shared = {
    ...parts,
    whisper,
    carryOut: createCarryOut({ ...parts, whisper }),
    openForm: createOpenForm(parts),
    pending: createPendingQuestions(parts),
    directMessages: createDirectMessages(parts),
    lookAtMessage: createLookAtMessage(parts),
  };
  const serveCommand = createServeCommand(shared);
  const servePoint = createServePoint(shared);
  const serveForm = createServeForm(shared);
  const servePress = createServePress(shared);
  const suggestModels = createSuggestModels(parts);

  async function suggest({ teams, channel, user, userTeam, receivedAtMs }: Interaction, { typed, menu }: Suggest) {
    const via = teams[0]?.team ?? '';
    const access = { via, tenant: via, userTeam, channel, direct: channel.startsWith('D'), person: user };
    const mayUse = menu !== 'unknown' && parts.mayUse(access);
    return { answer: { options: mayUse ? await suggestModels(typed, menu, receivedAtMs) : [] }, rest: nothingMore };
  }

  return {
    refuse: (interaction) => refuseBusy(interaction, whisper),
    async serve(interaction, onEvent) {
      const { request } = interaction;
      switch (request.type) {
        case 'ask':
          return serveCommand.ask(interaction, request.question);
        case 'command':
          return serveCommand.command(interaction, request.text, onEvent);
        case 'unknown':
          return refuseCommand();
        case 'point':
          return servePoint(interaction, request);
        case 'form':
          return serveForm(interaction, request.form, onEvent);
        case 'press':
          return servePress(interaction, request, onEvent);
        case 'suggest':
          return suggest(interaction, request);
        case 'unknown-shortcut':
          return { answer: undefined, rest: whisper(interaction, null, sentences.unknownShortcut) };
        case 'nothing':
          return { answer: undefined, rest: nothingMore };
        default:
          return request satisfies never;
      }
    },
  };
}
