/** A place to talk in. */
export type Channel = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** With nobody but the bot: everything said there is for it. */
  readonly direct: boolean;
};

/** The playground's one server. */
export const webTenant = 'playground';

const publicChannels: readonly Channel[] = [
  { id: 'photos', name: 'photos', description: 'Pictures of anything, and what is in them', direct: false },
  { id: 'signs', name: 'signs', description: 'Signs, menus, labels: read and translated', direct: false },
  { id: 'random', name: 'random', description: 'Everything else', direct: false },
];

const directPrefix = 'direct-';

/** Every channel a person can see: the public ones and their own direct one. */
export function channelsOf(personId: string): readonly Channel[] {
  return [
    ...publicChannels,
    {
      id: `${directPrefix}${personId}`,
      name: 'Sightline (direct)',
      description: 'Just you and Sightline: no mention needed',
      direct: true,
    },
  ];
}

/** Whether everything said in it is for the bot. */
export function isDirect(channel: string): boolean {
  return channel.startsWith(directPrefix);
}

/** Whether that person may read and write there. Direct channels belong to one person alone. */
export function canSee(personId: string, channel: string): boolean {
  return isDirect(channel)
    ? channel === `${directPrefix}${personId}`
    : publicChannels.some((each) => each.id === channel);
}
