import { toObject, toText } from '../discord/json.ts';
import { elementsOfBlocks, textsOfBlocks } from './block-texts.ts';
import { addressesIn, callsIn, readable } from './markup.ts';
import type { ChannelRecord, MessageRecord } from './records.ts';
import { findUser, keyIn, keyOfChannel, type World } from './world.ts';

/** One message as people see it now. */
export type ShownMessage = {
  readonly teamId: string;
  readonly channelId: string;
  readonly ts: string;
  readonly threadTs: string | null;
  readonly byBot: boolean;
  readonly text: string;
  /** The labels of buttons and menus under it. */
  readonly controls: readonly string[];
  /** The one person who sees it, or null. */
  readonly visibleTo: string | null;
  /** `broken`: a stream that Slack closed and nobody finished. */
  readonly state: 'posted' | 'streaming' | 'broken';
  /** Whether it carries the word "edited". */
  readonly edited: boolean;
};

/** One change of what people see; `text` is null when the message was taken away. */
export type ShownChange = {
  readonly atMs: number;
  readonly teamId: string;
  readonly channelId: string;
  readonly threadTs: string | null;
  readonly ts: string;
  readonly byBot: boolean;
  readonly text: string | null;
};

/** "is thinking…" under a thread. */
export type ShownStatus = {
  readonly channelId: string;
  readonly threadTs: string;
  readonly text: string;
  readonly loadingMessages: readonly string[];
  readonly sinceMs: number;
};

/** Which messages are meant: all, those of a channel, or those of one thread in it. */
export type Place = { readonly channel: ChannelRecord; readonly threadTs?: string | null };

/** What people see, and everything they saw before: the judge of what the bot did. Judgements look at the bot's messages only. */
export type Screen = {
  show(message: MessageRecord, byBot: boolean): void;
  hide(message: MessageRecord): void;
  setStatus(channel: ChannelRecord, threadTs: string, text: string, loadingMessages: readonly string[]): void;
  clearStatus(channel: ChannelRecord, threadTs: string): void;
  /** The messages of a place in the order they were posted. */
  messages(place?: Place): readonly ShownMessage[];
  botMessages(place?: Place): readonly ShownMessage[];
  changes(place?: Place): readonly ShownChange[];
  /** `[milliseconds since the start, text]` of every change of the bot's messages; null for one that was taken away. */
  timeline(place?: Place): readonly (readonly [number, string | null])[];
  /** The statuses that are shown now. Slack takes each away after two minutes. */
  statuses(): readonly ShownStatus[];
  /** Every status that was set, in order; an empty text is one that was taken away. */
  statusChanges(): readonly (readonly [number, string])[];
  /** The message behind what is shown: for pressing what is under it, ephemeral ones included. */
  recordOf(message: ShownMessage): MessageRecord;
  /** Whom the bot's messages have called, also for a moment: `<timestamp> <!channel>`. */
  pings(): readonly string[];
  /** Addresses in the bot's messages under which Slack would show a preview. */
  unfurls(): readonly string[];
  /** Texts that the bot shows twice in the same thread. */
  doubledMessages(): readonly string[];
  /** What was left behind: open or broken streams, statuses, texts that fit `placeholder`. */
  leftovers(placeholder?: RegExp): readonly string[];
  /** Changes after which words that were visible are gone. Formatting may change, words may not. */
  vanishedWords(): readonly string[];
};

const statusLifeMs = 120_000;

/** Letters and digits only: what stays when formatting changes. */
function words(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

/** The pieces of text in a message as they were sent, with their notation. */
function piecesOf(message: MessageRecord) {
  if (message.markdown !== null) {
    return [{ text: message.markdown, notation: 'markdown' } as const, ...textsOfBlocks(message.blocks)];
  }
  if (message.blocks.length > 0) return textsOfBlocks(message.blocks);
  return [{ text: message.text, notation: 'mrkdwn' } as const];
}

function labelsOf(message: MessageRecord): readonly string[] {
  return elementsOfBlocks(message.blocks).flatMap(({ element }) => {
    if (element['type'] === 'feedback_buttons') {
      return ['positive_button', 'negative_button'].map((name) => labelOf(toObject(element[name])['text']));
    }
    return [labelOf(element['text'] ?? element['placeholder']) || (toText(element['action_id']) ?? '')];
  });
}

const labelOf = (value: unknown) => toText(toObject(value)['text']) ?? '';

/** An empty screen. `isBroken` says whether a stream was closed by Slack before it was finished. */
export function createScreen(world: World, isBroken: (message: MessageRecord) => boolean): Screen {
  const shown = new Map<string, { message: MessageRecord; byBot: boolean }>();
  const changes: ShownChange[] = [];
  const statuses = new Map<string, ShownStatus>();
  const statusChanges: (readonly [number, string])[] = [];
  const pings = new Set<string>();
  const unfurls = new Set<string>();

  const keyOf = (message: MessageRecord) => `${keyOfChannel(message.channel)}/${message.ts}/${message.visibleTo ?? ''}`;
  const nameOf = (teamId: string) => (id: string) => findUser(world, teamId, id)?.name ?? id;

  const textOf = (message: MessageRecord) =>
    piecesOf(message)
      .map(({ text, notation }) => (notation === 'plain' ? text : readable(text, nameOf(message.channel.teamId))))
      .filter((text) => text !== '')
      .join('\n');

  const stateOf = (message: MessageRecord) => {
    if (message.stream?.state !== 'streaming') return 'posted';
    return isBroken(message) ? 'broken' : 'streaming';
  };

  const toShown = ({ message, byBot }: { message: MessageRecord; byBot: boolean }): ShownMessage => ({
    teamId: message.channel.teamId,
    channelId: message.channel.id,
    ts: message.ts,
    threadTs: message.threadTs,
    byBot,
    text: textOf(message),
    controls: labelsOf(message),
    visibleTo: message.visibleTo,
    state: stateOf(message),
    edited: message.showsEdited,
  });

  const isIn = (each: { teamId: string; channelId: string; threadTs: string | null; ts: string }, place?: Place) => {
    if (place === undefined) return true;
    if (each.teamId !== place.channel.teamId || each.channelId !== place.channel.id) return false;
    return place.threadTs === undefined || each.threadTs === place.threadTs || each.ts === place.threadTs;
  };

  const record = (message: MessageRecord, byBot: boolean, text: string | null) => {
    changes.push({
      atMs: world.clock.now(),
      teamId: message.channel.teamId,
      channelId: message.channel.id,
      threadTs: message.threadTs,
      ts: message.ts,
      byBot,
      text,
    });
  };

  const messages = (place?: Place) => [...shown.values()].map(toShown).filter((each) => isIn(each, place));
  const statusKey = (channel: ChannelRecord, threadTs: string) => `${keyOfChannel(channel)}/${threadTs}`;

  const clearStatus = (channel: ChannelRecord, threadTs: string) => {
    if (statuses.delete(statusKey(channel, threadTs))) statusChanges.push([world.clock.now() - world.startMs, '']);
  };

  const liveStatuses = () =>
    [...statuses.values()].filter((status) => world.clock.now() - status.sinceMs < statusLifeMs);

  return {
    show(message, byBot) {
      shown.set(keyOf(message), { message, byBot });
      record(message, byBot, textOf(message));
      if (!byBot) return;
      for (const { text, notation } of piecesOf(message)) {
        if (notation === 'plain') continue;
        for (const call of callsIn(text, notation)) pings.add(`${message.ts} ${call}`);
        const { links, media } = message.unfurls;
        if (links || media) for (const address of addressesIn(text)) unfurls.add(address);
      }
    },
    hide(message) {
      const kept = shown.get(keyOf(message));
      if (kept === undefined) return;
      shown.delete(keyOf(message));
      record(message, kept.byBot, null);
    },
    setStatus(channel, threadTs, text, loadingMessages) {
      if (text === '') {
        clearStatus(channel, threadTs);
        return;
      }
      const sinceMs = world.clock.now();
      statuses.set(statusKey(channel, threadTs), { channelId: channel.id, threadTs, text, loadingMessages, sinceMs });
      statusChanges.push([sinceMs - world.startMs, text]);
    },
    clearStatus,
    messages,
    botMessages: (place) => messages(place).filter((message) => message.byBot),
    changes: (place) => changes.filter((change) => isIn(change, place)),
    timeline: (place) =>
      changes
        .filter((change) => change.byBot && isIn(change, place))
        .map((change) => [change.atMs - world.startMs, change.text] as const),
    recordOf({ teamId, channelId, ts, visibleTo }) {
      const kept = shown.get(`${keyIn(teamId, channelId)}/${ts}/${visibleTo ?? ''}`);
      if (kept === undefined) throw new Error(`no message ${ts} is shown`);
      return kept.message;
    },
    statuses: liveStatuses,
    statusChanges: () => statusChanges,
    pings: () => [...pings],
    unfurls: () => [...unfurls],
    doubledMessages() {
      const seen = new Set<string>();
      return messages().flatMap((message) => {
        if (!message.byBot) return [];
        const place = `${message.teamId}/${message.channelId}/${message.threadTs ?? ''}/${message.visibleTo ?? ''}`;
        const identity = `${place}\n${message.text}`;
        if (seen.has(identity)) return [message.text];
        seen.add(identity);
        return [];
      });
    },
    leftovers: (placeholder) => [
      ...messages().flatMap(({ byBot, state, text, ts }) => {
        if (!byBot) return [];
        if (state !== 'posted') return [`${ts}: a stream that is ${state === 'broken' ? 'broken' : 'open'}: ${text}`];
        return placeholder?.test(text) === true ? [`${ts}: ${text}`] : [];
      }),
      ...liveStatuses().map((status) => `${status.threadTs}: the status "${status.text}"`),
    ],
    vanishedWords() {
      const before = new Map<string, string>();
      return changes.flatMap((change) => {
        if (!change.byBot) return [];
        const key = `${change.teamId}/${change.channelId}/${change.ts}`;
        const previous = before.get(key) ?? '';
        const current = words(change.text ?? '');
        before.set(key, current);
        return current.startsWith(previous) ? [] : [`${previous} → ${current}`];
      });
    },
  };
}
