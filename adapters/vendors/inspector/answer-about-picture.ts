import { Failure } from '../../../src/lib/errors.ts';
import type { Look, Looks } from './looks.ts';
import type { Piece } from './piece.ts';
import type { SeenPicture } from './see-pictures.ts';
import { tellCamera, tellCameraShortly, tellPlace } from './tell/tell-camera.ts';
import { tellCodes } from './tell/tell-codes.ts';
import { tellColours, tellColoursShortly } from './tell/tell-colours.ts';
import { tellFile, tellFileShortly, tellTransparency } from './tell/tell-file.ts';
import { tellUnreadable } from './tell/tell-limits.ts';
import { tellQuality, tellQualityShortly } from './tell/tell-quality.ts';
import { tellText } from './tell/tell-text.ts';
import type { Topic } from './topics.ts';
import type { PictureFacts } from './wire.ts';

/** A finding told, or one sentence about why it was not found. The look's own limit bounds the wait. */
async function tellFinding<Value>(
  look: Look<Value>,
  seen: SeenPicture,
  tell: (value: Value) => string,
  what: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    const outcome = await look(seen.picture, signal);
    return outcome.type === 'seen' ? tell(outcome.value) : `I could not ${what}.`;
  } catch (error) {
    if (signal.aborted || !(error instanceof Failure)) throw error;
    return error.code === 'chat-timeout' ? `I gave up trying to ${what}: it took too long.` : `I could not ${what}.`;
  }
}

function overview(facts: PictureFacts, original: SeenPicture['picture']['original']): string {
  const sentences = [
    tellFileShortly(facts, original),
    tellColoursShortly(facts),
    tellTransparency(facts),
    tellQualityShortly(facts),
    tellCameraShortly(facts),
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

async function* tellTopic(
  topic: Topic,
  seen: SeenPicture,
  facts: PictureFacts,
  isFirst: boolean,
  looks: Looks,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const findText = (asked: boolean) =>
    tellFinding(looks.text, seen, (text) => tellText(text, asked), 'read the text in it', signal);
  const findCodes = (asked: boolean) =>
    tellFinding(looks.codes, seen, (codes) => tellCodes(codes, asked), 'look for codes in it', signal);
  const { original } = seen.picture;
  switch (topic) {
    case 'overview':
      yield overview(facts, original);
      yield await findText(false);
      yield await findCodes(false);
      return;
    case 'recognise':
      if (!isFirst) return;
      yield overview(facts, original);
      yield await findText(false);
      return;
    case 'text':
    case 'translation':
    case 'explanation':
      yield await findText(true);
      return;
    case 'codes':
      yield await findCodes(true);
      return;
    case 'colours':
      yield tellColours(facts);
      return;
    case 'file':
      yield tellFile(facts, original);
      return;
    case 'camera':
      yield tellCamera(facts, original);
      return;
    case 'place':
      yield tellPlace(facts, original);
      return;
    case 'quality':
      yield tellQuality(facts, original);
      return;
    case 'self':
    case 'small-talk':
    case 'difference':
    case 'web-search':
      return;
    default:
      topic satisfies never;
  }
}

/** The name before its first paragraph; on a line of its own before a list or a block, which would swallow it. */
function withName(name: string, text: string): string {
  return /^(?:- |`{3})/.test(text) ? `**${name}.**\n\n${text}` : `**${name}.** ${text}`;
}

/** These need the same text. */
const textTopics: ReadonlySet<Topic> = new Set(['text', 'translation', 'explanation']);

/** The text is told for the first topic that needs it. */
function tellingTextOnce(topics: readonly Topic[]): readonly Topic[] {
  const first = topics.find((topic) => textTopics.has(topic));
  return topics.filter((topic) => !textTopics.has(topic) || topic === first);
}

/** Answers each topic about one picture; `named` puts its name in front. */
export async function* answerAboutPicture(
  seen: SeenPicture,
  named: boolean,
  topics: readonly Topic[],
  isFirst: boolean,
  looks: Looks,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const { facts, name } = seen;
  if (facts === null) {
    yield { type: 'paragraph', text: withName(name, tellUnreadable) };
    return;
  }
  const once = tellingTextOnce(topics);
  let isOpen = named;
  for (const topic of once) {
    for await (const text of tellTopic(topic, seen, facts, isFirst, looks, signal)) {
      if (text === '') continue;
      yield { type: 'paragraph', text: isOpen ? withName(name, text) : text };
      isOpen = false;
    }
  }
}
