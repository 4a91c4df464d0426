import { webTenant } from './channels.ts';
import { webPlatformName } from './decode.ts';

/** The members of a `tupleKey`, or null when it is none. */
function readTuple(key: string): readonly string[] | null {
  const members: string[] = [];
  let rest = key;
  while (rest !== '') {
    const match = /^(\d{1,6})\./.exec(rest);
    if (match === null) return null;
    const start = match[0].length;
    const end = start + Number(match[1]);
    if (end > rest.length) return null;
    members.push(rest.slice(start, end));
    rest = rest.slice(end);
  }
  return members;
}

/** The channel of a conversation in the playground; null for conversations of other platforms. */
export function readConversation(conversationKey: string): string | null {
  const [platform, tenant, channel] = readTuple(conversationKey) ?? [];
  return platform === webPlatformName && tenant === webTenant ? (channel ?? null) : null;
}
