import type { types } from '@slack/bolt';
import type { AnswerControls } from '../../../src/delivery/outbox.ts';
import { longestPiece } from '../../../src/delivery/text-length.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import { slackWordOf } from '../api/slack-word.ts';
import { renderControls } from './controls.ts';
import { type MrkdwnPiece, renderPiece, toMrkdwn, toMrkdwnPieces } from './mrkdwn.ts';

/** What a message is to show. */
export type MessageDraft = {
  /** Markdown. */
  readonly text: string;
  readonly controls: AnswerControls | null;
};

/** The members of a call that say what a message shows. */
export type MessageBody = {
  /** For notifications, and for who cannot see the blocks. */
  readonly text: string;
  /** Always given: those that stood before would stay otherwise. */
  readonly blocks: readonly (types.KnownBlock | types.ContextActionsBlock)[];
};

/** Sends messages as rich as a workspace takes them. */
export type MessageLooks = {
  /** Sends the draft; where its blocks are refused, in a plainer look, which is then used there from the start for some hours. */
  send<Value>(via: string, draft: MessageDraft, send: (body: MessageBody) => Promise<Value>): Promise<Value>;
};

/** From the richest to the plainest. */
const looks = ['markdown', 'markdown-and-buttons', 'mrkdwn', 'text'] as const;

const refusedWords: readonly (string | null)[] = ['invalid_blocks', 'invalid_blocks_format', 'unsupported_block_type'];
const believedMs = 6 * 3_600_000;
const mostWorkspaces = 5_000;
/** A notification shows less. */
const longestNotification = 300;
/** Enough of an answer to fill a notification, whatever its marks are. */
const notifiedLength = 1_500;
/** Characters of a section (https://docs.slack.dev/reference/block-kit/blocks/section-block), less what fences take. */
const longestSection = 2_900;
/** Bytes of `chat.update.text`; it is refused above, and measured in bytes. */
const longestTextBytes = 4_000;

/** Cut neither inside a character nor inside an escaped one. */
function cut(text: string, end: number): string {
  return end >= text.length
    ? text
    : `${text
        .slice(0, end)
        .toWellFormed()
        .replace(/&[a-z]{0,3}$/, '')
        .trimEnd()}…`;
}

/** What a notification says of a message. */
function renderNotification(markdown: string): string {
  const text = toMrkdwn(markdown.slice(0, notifiedLength).toWellFormed());
  return cut(text, longestNotification) || '…';
}

function renderTextAlone(markdown: string): string {
  const text = toMrkdwn(markdown);
  return cut(text, longestPiece(text, 0, longestTextBytes - '…'.length * 3, 'utf8-bytes'));
}

/** As few pieces as sections need: lines stay whole unless one alone is longer. */
function splitPiece({ type, text }: MrkdwnPiece): readonly MrkdwnPiece[] {
  const parts: string[] = [];
  let current: string | null = null;
  const add = (line: string) => {
    if (current !== null && current.length + 1 + line.length <= longestSection) {
      current = `${current}\n${line}`;
      return;
    }
    if (current !== null) parts.push(current);
    current = line;
  };
  for (const line of text.split('\n')) {
    let rest = line;
    while (rest.length > longestSection) {
      const end = longestPiece(rest, 0, longestSection, 'utf16');
      // An escaped character stays whole.
      const whole = rest.slice(0, end).replace(/&[a-z]{0,3}$/, '');
      add(whole);
      rest = rest.slice(whole.length);
    }
    add(rest);
  }
  if (current !== null) parts.push(current);
  return parts.map((part) => ({ type, text: part }));
}

function renderSections(markdown: string): readonly types.SectionBlock[] {
  return toMrkdwnPieces(markdown)
    .flatMap(splitPiece)
    .filter(({ text }) => text.trim() !== '')
    .map((piece) => ({ type: 'section', text: { type: 'mrkdwn', text: renderPiece(piece) }, expand: true }));
}

function renderBody({ text, controls }: MessageDraft, look: (typeof looks)[number]): MessageBody {
  const notification = renderNotification(text);
  switch (look) {
    case 'markdown':
      return { text: notification, blocks: [{ type: 'markdown', text }, ...renderControls(controls, 'feedback')] };
    case 'markdown-and-buttons':
      return { text: notification, blocks: [{ type: 'markdown', text }, ...renderControls(controls, 'buttons')] };
    case 'mrkdwn':
      return { text: notification, blocks: [...renderSections(text), ...renderControls(controls, 'buttons')] };
    case 'text':
      return { text: renderTextAlone(text), blocks: [] };
    default:
      return look satisfies never;
  }
}

/** Whether two looks of this draft are the same. */
function isSameLook({ controls }: MessageDraft, look: (typeof looks)[number]): boolean {
  return look === 'markdown-and-buttons' && controls?.type !== 'again';
}

/** Nothing was refused yet. */
export function createMessageLooks(clock: Clock): MessageLooks {
  const plainer = new Map<string, { readonly from: number; readonly untilMs: number }>();

  const firstLook = (via: string): number => {
    const known = plainer.get(via);
    return known !== undefined && known.untilMs > clock.now() ? known.from : 0;
  };

  return {
    async send(via, draft, send) {
      const first = firstLook(via);
      let refusal: unknown = null;
      for (const [index, look] of looks.entries()) {
        if (index < first || (refusal !== null && isSameLook(draft, look))) continue;
        try {
          const value = await send(renderBody(draft, look));
          if (refusal !== null)
            keepNewest(plainer, via, { from: index, untilMs: clock.now() + believedMs }, mostWorkspaces);
          return value;
        } catch (error) {
          if (!refusedWords.includes(slackWordOf(error))) throw error;
          refusal = error;
        }
      }
      throw refusal;
    },
  };
}
