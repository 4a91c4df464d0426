/**
 * One string for several: each member is preceded by its length, so that no two different tuples ever read the same,
 * whatever characters the platforms put into their ids.
 */
export function tupleKey(...members: string[]): string {
  return members.map((member) => `${member.length}.${member}`).join('');
}
