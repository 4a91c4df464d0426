/** How the gateway behaves; all can be changed at any time. */
export type GatewaySettings = {
  heartbeatIntervalMs: number;
  /** How many may identify within 5 s. */
  maxConcurrency: number;
  /** How many sessions may be started in 24 hours. */
  sessionStarts: number;
  /** How many connections are recommended. */
  shards: number;
  /** When true, a client with a single connection is closed with 4011. */
  shardingRequired: boolean;
  /** A session that was without a connection for longer cannot be resumed. */
  sessionLifeMs: number;
  /** When false, heartbeats get no answer, as on a dead line. */
  acknowledgesHeartbeats: boolean;
  /** When false, connections that stop beating are left open. */
  closesSilentConnections: boolean;
};

/** What Discord does for a small bot. */
export const defaultGatewaySettings = {
  heartbeatIntervalMs: 41_250,
  maxConcurrency: 1,
  sessionStarts: 1_000,
  shards: 1,
  shardingRequired: false,
  sessionLifeMs: 300_000,
  acknowledgesHeartbeats: true,
  closesSilentConnections: true,
} as const satisfies GatewaySettings;
