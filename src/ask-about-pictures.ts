import type { AnswerEvent } from './answer/answer-event.ts';
import type { ImageChat, ImageQuestion } from './answer/image-chat.ts';
import type { ModelInfo } from './answer/models.ts';
import { createPrompt } from './answer/prompt.ts';
import { say, sayBefore } from './answer/say.ts';
import type { Platform, RunningTurn } from './bot.ts';
import { chooseModel, type ModelChoices, modelRefusal, resolveModel } from './choose-model.ts';
import { pictureNotices } from './delivery/picture-notices.ts';
import type { GatherPictures } from './images/gather-pictures.ts';
import { pickImages } from './images/pick-images.ts';
import { Failure } from './lib/errors.ts';
import type { Collection } from './memory/collection.ts';
import { type Conversation, withUpload } from './memory/conversation.ts';
import type { Request } from './turn/commands.ts';
import { conversationKey } from './turn/turn.ts';

/** Pictures of one question at the most, where the model does not want fewer still. */
const maxPictures = 10;
/** What a model that searches is asked to read; the page's own example (docs.1min.ai, "Chat with Image"). */
const webSearch = { numOfSite: 3, maxWord: 500 } as const;

/** What an answer fails with when the API does not have its pictures: it says so, or shows that it saw none. */
const pictureIsGone: ReadonlySet<string> = new Set(['chat-image-unknown', 'chat-image-unread']);

const sentences = {
  noPicture: 'I see no picture here, so I asked nothing. Add one to your message, or reply to a message that has one.',
  noModel: 'No model can answer now. Write /model to see what is missing.',
} as const;

/** What asking takes. */
export type AskingTools = ModelChoices & {
  readonly chat: ImageChat;
  readonly conversations: Collection<Conversation>;
  readonly gatherPictures: GatherPictures;
  listModels(signal: AbortSignal): Promise<readonly ModelInfo[]>;
};

type Question = Extract<Request, { type: 'question' }>;

/** Answers a question about pictures. Everything it does happens while its events are read. */
export type AskAboutPictures = (
  running: RunningTurn,
  question: Question,
  conversation: Conversation,
  platform: Platform,
  signal: AbortSignal,
) => AsyncIterable<AnswerEvent>;

/** From a question and its pictures to a model's answer: pick, fetch, prepare, upload, ask, remember. */
export function createPictureAsker(tools: AskingTools): AskAboutPictures {
  const { chat, conversations } = tools;

  /** The model to ask, or the sentence why there is none. */
  async function pickModel(running: RunningTurn, question: Question, conversation: Conversation, signal: AbortSignal) {
    const models = await tools.listModels(signal);
    const wanted = running.turn.model ?? question.model;
    const choice =
      wanted === null ? await chooseModel(running.turn, conversation, tools) : { written: wanted, scope: null };
    const model = resolveModel(choice, models, tools);
    const refusal = choice.written === null ? null : modelRefusal(models, choice.written);
    return refusal ?? model ?? sentences.noModel;
  }

  /** The same answer that was begun before a crash where the API still has it, else a new one. */
  function askOrResume(running: RunningTurn, question: ImageQuestion, signal: AbortSignal): AsyncIterable<AnswerEvent> {
    const { recordId } = running.progress.current();
    const askNow = () => chat.ask(question, (id) => running.progress.update({ recordId: id }), signal);
    return recordId === null ? askNow() : resumeOr(askNow, recordId, signal);
  }

  async function* resumeOr(
    askNow: () => AsyncIterable<AnswerEvent>,
    recordId: string,
    signal: AbortSignal,
  ): AsyncIterable<AnswerEvent> {
    let begun = false;
    try {
      for await (const event of chat.resume(recordId, signal)) {
        begun = true;
        yield event;
      }
      return;
    } catch (error) {
      if (begun || signal.aborted || !(error instanceof Failure)) throw error;
    }
    yield* askNow();
  }

  /** Asks; asset keys that the API no longer has are forgotten, so that the next question uploads the pictures again. */
  async function* ask(
    running: RunningTurn,
    question: ImageQuestion,
    conversation: Conversation,
    signal: AbortSignal,
  ): AsyncIterable<AnswerEvent> {
    try {
      yield* askOrResume(running, question, signal);
    } catch (error) {
      if (error instanceof Failure && pictureIsGone.has(error.code)) {
        await conversations.update(question.conversationKey, (current) => ({
          ...(current ?? conversation),
          pictures: [],
          uploads: [],
        }));
      }
      throw error;
    }
  }

  return async function* askAboutPictures(running, question, before, platform, signal) {
    const { turn } = running;
    const key = conversationKey(turn);
    const model = await pickModel(running, question, before, signal);
    if (typeof model === 'string') return yield* say(model);

    const askedBefore = running.askedAbout();
    const earlier = askedBefore.length > 0 ? askedBefore : before.pictures;
    const picked = pickImages({ own: turn.images, quoted: turn.quotedImages, earlier });
    // What was written may be hidden too: then it is no question about the pictures of before.
    const isMute = picked.type === 'earlier' && question.text === '' && turn.unseen !== null;
    if (picked.type === 'none' || isMute) return yield* say(turn.unseen ?? sentences.noPicture);
    const limit = Math.min(maxPictures, model.maxPictures);
    const gathered =
      picked.type === 'earlier'
        ? { keys: picked.keys.slice(0, limit), uploads: [], leftOut: [], remarks: [] }
        : await tools.gatherPictures(
            {
              images: picked.images,
              known: before.uploads,
              maxPictures: limit,
              conversationKey: key,
              download: platform.downloadImage,
            },
            signal,
          );
    const notices = pictureNotices(gathered);
    if (gathered.keys.length === 0) return yield* say(notices.join('\n'));

    await running.noteAskedAbout(gathered.keys);
    const conversation = await conversations.update(key, (current) => {
      const known = current ?? before;
      return {
        ...gathered.uploads.reduce(withUpload, known),
        pictures: [...gathered.keys],
        isMixed: known.isMixed || (known.lastModel !== null && known.lastModel !== model.id),
        lastModel: model.id,
      };
    });
    const prompt = createPrompt(question.text, gathered.keys.length);
    const words = [...notices, ...(prompt.notice === null ? [] : [prompt.notice])].join('\n');
    const asked: ImageQuestion = {
      conversationKey: key,
      conversationId: conversation.conversationId,
      model: model.id,
      prompt: prompt.text,
      imageKeys: gathered.keys,
      isMixed: conversation.isMixed,
      webSearch: conversation.webSearch ? webSearch : null,
    };
    yield* sayBefore(words, ask(running, asked, conversation, signal));
  };
}
