/** The app in one workspace. */
export type Workspace = {
  /** As events name it: `T…`. */
  readonly teamId: string;
  /** The organisation it belongs to, where the app knows; `E…`. */
  readonly enterpriseId: string | null;
  /** The bot as a member: `U…`, as mentions name it. */
  readonly botUserId: string;
  /** The bot as an author: `B…`. */
  readonly botId: string;
  /** Secret. */
  readonly token: string;
};

/** The workspaces that the app is installed in. */
export type Workspaces = {
  /**
   * Null when the app is not installed there (any more). An installation for a whole organisation speaks for all its workspaces:
   * `enterprise` as the event names it, null where nothing names it; what was named once is remembered. Rejects when what is
   * stored cannot be read.
   */
  find(team: string, enterprise: string | null, signal: AbortSignal): Promise<Workspace | null>;
};
