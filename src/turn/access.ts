/** Ids of servers, channels, roles and people. */
export type AccessLists = {
  readonly servers: readonly string[];
  readonly channels: readonly string[];
  readonly roles: readonly string[];
  readonly people: readonly string[];
};

/** Whom the bot serves. An empty list says nothing. */
export type AccessRules = { readonly allowed: AccessLists; readonly denied: AccessLists };

/** Whoever wants something, and where. */
export type AccessQuestion = {
  /** Null in direct messages. */
  readonly server: string | null;
  readonly channel: string;
  /** The channel of a thread, the category of a channel; null where there is none or it is not known. */
  readonly parent: string | null;
  readonly roles: readonly string[];
  readonly person: string;
};

/** Whether they may use the bot there. */
export type MayUse = (question: AccessQuestion) => boolean;

/**
 * Being on a list of the denied always counts. In a server every list of the allowed that has anything in it has to be met, each by
 * one of its members. A direct message is in no server and nobody has roles there: the people on the list may, or, where no people
 * are listed, everybody as long as the bot is not kept to servers, channels or roles; a listed channel may be a direct one.
 */
export function createAccess({ allowed, denied }: AccessRules): MayUse {
  const isOn = (list: readonly string[], ids: readonly (string | null)[]) =>
    ids.some((id) => id !== null && list.includes(id));
  const meets = (list: readonly string[], ids: readonly (string | null)[]) => list.length === 0 || isOn(list, ids);
  const keptToPlaces = allowed.servers.length + allowed.channels.length + allowed.roles.length > 0;

  return ({ server, channel, parent, roles, person }) => {
    const places = [channel, parent];
    if (isOn(denied.people, [person]) || isOn(denied.channels, places)) return false;
    if (server === null) {
      if (allowed.people.length > 0) return isOn(allowed.people, [person]);
      return !keptToPlaces || isOn(allowed.channels, [channel]);
    }
    if (isOn(denied.servers, [server]) || isOn(denied.roles, roles)) return false;
    return (
      meets(allowed.servers, [server]) &&
      meets(allowed.channels, places) &&
      meets(allowed.roles, roles) &&
      meets(allowed.people, [person])
    );
  };
}
