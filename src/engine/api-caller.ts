/** Who calls the API. Everything stored belongs to one owner and is invisible to every other. */
export type ApiCaller = {
  readonly ownerId: string;
  /** False for the bot in the same process: it paces itself and does not use up the operator's requests. */
  readonly limited: boolean;
};
