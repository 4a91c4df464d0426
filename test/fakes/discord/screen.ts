import { type JsonObject, toObjects, toText } from './json.ts';
import type { MessageRecord } from './records.ts';

/** One message as people see it now. */
export type ShownMessage = {
  readonly id: string;
  readonly channelId: string;
  readonly byBot: boolean;
  readonly text: string;
  /** The one person who sees it, or null. */
  readonly visibleTo: string | null;
  /** Shown as "is thinking…" until the bot answers. */
  readonly thinking: boolean;
};

/** One change of what people see; `text` is null when the message was taken away. */
export type ShownChange = {
  readonly atMs: number;
  readonly channelId: string;
  readonly messageId: string;
  readonly byBot: boolean;
  readonly text: string | null;
};

/** Somebody who was called by a message of the bot: `user:<id>`, `role:<id>` or `everyone`. */
export type Ping = { readonly messageId: string; readonly target: string };

/** What people see, and everything they saw before: the judge of what the bot did. Judgements look at the bot's messages only. */
export type Screen = {
  show(message: MessageRecord, byBot: boolean): void;
  hide(message: MessageRecord): void;
  ping(messageId: string, targets: readonly string[]): void;
  /** The messages of a channel (or of all) in the order they were posted. */
  messages(channelId?: string): readonly ShownMessage[];
  /** The same, only the bot's. */
  botMessages(channelId?: string): readonly ShownMessage[];
  /** Every change, in order. */
  changes(channelId?: string): readonly ShownChange[];
  /** `[milliseconds since the start, text]` of every change of the bot's messages, in order; null for one that was taken away. */
  timeline(channelId?: string): readonly (readonly [number, string | null])[];
  /** Whom the bot has called, also for a moment. */
  pings(): readonly Ping[];
  /** Addresses in the bot's messages under which Discord would show a preview, because embeds were not suppressed. */
  previews(): readonly string[];
  /** Texts that the bot shows twice in the same channel. */
  doubledMessages(): readonly string[];
  /** Messages of the bot that are still "thinking…" or whose text fits `placeholder`. */
  leftWaiting(placeholder?: RegExp): readonly ShownMessage[];
  /** Changes after which words that were visible are gone. Formatting may change, words may not. */
  vanishedWords(): readonly string[];
};

const loadingFlag = 1 << 7;
const suppressEmbedsFlag = 1 << 2;

/** The texts in components, wherever they are nested. */
function textsOfComponents(components: readonly JsonObject[]): readonly string[] {
  return components.flatMap((component) => [
    ...(component['type'] === 10 ? [toText(component['content']) ?? ''] : []),
    ...textsOfComponents(toObjects(component['components'])),
  ]);
}

/** What a person reads in a message: its text, the texts of its components and of the bot's own embeds. */
function visibleText(message: MessageRecord): string {
  const embeds =
    message.author.bot && (message.flags & suppressEmbedsFlag) === 0
      ? message.embeds.flatMap((embed) => [toText(embed['title']) ?? '', toText(embed['description']) ?? ''])
      : [];
  return [message.content, ...textsOfComponents(message.components), ...embeds]
    .filter((each) => each !== '')
    .join('\n');
}

/** Letters and digits only: what stays when formatting changes. */
function words(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

/** An empty screen on the given clock; times are counted from `startMs`. */
export function createScreen(now: () => number, startMs: number): Screen {
  const shown = new Map<string, ShownMessage>();
  const changes: ShownChange[] = [];
  const pings: Ping[] = [];
  const previews: string[] = [];

  const messages = (channelId?: string) =>
    [...shown.values()].filter((message) => channelId === undefined || message.channelId === channelId);
  const botMessages = (channelId?: string) => messages(channelId).filter((message) => message.byBot);
  const changesOf = (channelId?: string) =>
    changes.filter((change) => channelId === undefined || change.channelId === channelId);

  return {
    messages,
    botMessages,
    changes: changesOf,
    pings: () => pings,
    previews: () => previews,
    show(message, byBot) {
      const text = visibleText(message);
      const { id, channelId, visibleTo } = message;
      const thinking = (message.flags & loadingFlag) !== 0;
      const before = shown.get(id);
      shown.set(id, { id, channelId, byBot, text, visibleTo, thinking });
      if (before?.text === text && before.thinking === thinking) return;
      changes.push({ atMs: now(), channelId, messageId: id, byBot, text });
      if (byBot && (message.flags & suppressEmbedsFlag) === 0) {
        previews.push(...(text.match(/(?<!<)https?:\/\/[^\s<>)]+/g) ?? []));
      }
    },
    hide(message) {
      const before = shown.get(message.id);
      if (before === undefined) return;
      shown.delete(message.id);
      const { channelId, byBot } = before;
      changes.push({ atMs: now(), channelId, messageId: message.id, byBot, text: null });
    },
    ping(messageId, targets) {
      for (const target of targets) {
        const known = pings.some((each) => each.messageId === messageId && each.target === target);
        if (!known) pings.push({ messageId, target });
      }
    },
    timeline: (channelId) =>
      changesOf(channelId)
        .filter((change) => change.byBot)
        .map((change) => [change.atMs - startMs, change.text] as const),
    doubledMessages() {
      const seen = new Set<string>();
      return botMessages().flatMap((message) => {
        const identity = `${message.channelId}\n${message.visibleTo}\n${message.text}`;
        if (seen.has(identity)) return [message.text];
        seen.add(identity);
        return [];
      });
    },
    leftWaiting: (placeholder) =>
      botMessages().filter((message) => message.thinking || placeholder?.test(message.text) === true),
    vanishedWords() {
      const before = new Map<string, string>();
      return changes
        .filter((change) => change.byBot)
        .flatMap((change) => {
          const previous = before.get(change.messageId) ?? '';
          const current = words(change.text ?? '');
          before.set(change.messageId, current);
          return current.startsWith(previous) ? [] : [`${previous} → ${current}`];
        });
    },
  };
}
