import type { Failure } from '../../src/lib/errors.ts';

// What a refusal says about where to go on. Each of them means that nothing was accepted.

/** There is no such endpoint on this server. */
export function isMissingEndpoint({ code, facts }: Failure): boolean {
  return code === 'chat-failed' && facts['unknown'] === undefined && [404, 405, 501].includes(Number(facts['status']));
}

/** The server does not understand this dialect, or no longer. */
export function isForeignDialect(failure: Failure): boolean {
  return failure.facts['unknown'] === 'feature-type' || isMissingEndpoint(failure);
}

/** The server does not have the conversation, or no longer. */
export function isConversationGone({ facts }: Failure): boolean {
  return facts['unknown'] === 'conversation';
}

/** A search may be what the server did not like: nothing that is known by name was wrong. */
export function mayBeTheSearch(failure: Failure): boolean {
  const isUnclear = failure.code === 'chat-failed' || failure.code === 'chat-invalid-request';
  return isUnclear && failure.facts['status'] === 400 && failure.facts['unknown'] === undefined;
}
