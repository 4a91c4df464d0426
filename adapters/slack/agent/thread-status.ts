/** The thread that an answer is for. */
export type StatusPlace = {
  /** The workspace through which the app acts there. */
  readonly via: string;
  readonly channel: string;
  /** The thread's root. */
  readonly threadTs: string;
  /** What a thread with the agent is called once; null where it has its name, or is none. */
  readonly title: string | null;
};

/** The line "… is looking" below a thread. Best effort: nothing here rejects but with the signal's reason. */
export type ThreadStatus = {
  /** Shows it, or keeps it standing: call it as often as you like while an answer is on its way. */
  show(where: StatusPlace, signal: AbortSignal): Promise<void>;
  /** A message of the bot's came there: Slack took the line away by itself. */
  ended(where: Pick<StatusPlace, 'via' | 'channel' | 'threadTs'>): void;
  /** Takes it away where it still stands. */
  clear(where: Pick<StatusPlace, 'via' | 'channel' | 'threadTs'>, signal: AbortSignal): Promise<void>;
};
