import type { Deliveries } from './deliveries.ts';
import type { EventDesk } from './event-desk.ts';
import type { MessageDesk } from './message-desk.ts';
import type { Payloads } from './payloads.ts';
import type { Violation } from './project-rules.ts';
import type { Screen } from './screen.ts';
import type { Settings } from './settings.ts';
import type { SocketCarrier } from './socket-carrier.ts';
import type { Triggers } from './triggers.ts';
import type { World } from './world.ts';

/** The parts of the fake that its methods and its people work with. */
export type Backend = {
  readonly world: World;
  readonly settings: Settings;
  readonly payloads: Payloads;
  readonly screen: Screen;
  readonly events: EventDesk;
  readonly desk: MessageDesk;
  readonly deliveries: Deliveries;
  readonly sockets: SocketCarrier;
  readonly triggers: Triggers;
  readonly violations: Violation[];
};
