import type { Limits } from './buckets.ts';
import type { Gateway } from './gateway.ts';
import type { MessageDesk } from './message-desk.ts';
import type { Payloads } from './payloads.ts';
import type { Screen } from './screen.ts';
import type { SignedAddresses } from './signed-addresses.ts';
import type { ProjectRules, Violation } from './validate-request.ts';
import type { World } from './world.ts';

/** What can be set while the fake runs. */
export type Settings = {
  limits: Limits;
  /** How long a signed address is good: 24 hours. */
  attachmentLifeMs: number;
  /** How long a nonce is remembered: 5 minutes. */
  nonceLifeMs: number;
  /** How long the bot may take to answer an interaction first: 3 s. */
  callbackMs: number;
  /** How long the token of an interaction is good: 15 minutes. */
  interactionTokenMs: number;
  /** Which of the project's own rules are checked. */
  projectRules: ProjectRules;
  /** People who take no direct messages from the bot. */
  readonly refuseDirectMessages: Set<string>;
  /** Whether edits with an interaction's token count towards the hidden limit of its channel: nobody knows, so no. */
  hiddenLimitCountsEdits: boolean;
  /** How many 401, 403 and 429 in 10 minutes bring the ban. */
  invalidRequestLimit: number;
};

/** The parts of the fake that its routes and its people work with. */
export type Backend = {
  readonly world: World;
  readonly gateway: Gateway;
  readonly payloads: Payloads;
  readonly addresses: SignedAddresses;
  readonly desk: MessageDesk;
  readonly screen: Screen;
  readonly settings: Settings;
  readonly violations: Violation[];
};

/** Whether messages read over HTTP come with their contents: as the portal says, there are no intents. */
export function readsContentOverHttp(backend: Backend): boolean {
  return backend.world.privileged.messageContent;
}
