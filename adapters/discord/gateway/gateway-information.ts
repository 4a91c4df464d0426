import { Routes } from 'discord-api-types/v10';
import { askPatiently, type PatienceParts } from './ask-patiently.ts';
import { type GatewayBot, gatewayBotSchema } from './gateway-wire.ts';

/** What Discord says of the gateway: its address, the shards it recommends, the sessions that may still be started. */
export type GatewayInformation = {
  /** Asked for again when it is older than a few seconds. Waits until Discord answers; rejects when it refuses the token. */
  fresh(signal: AbortSignal): Promise<GatewayBot>;
  /** As it was heard last, however long ago. */
  latest(signal: AbortSignal): Promise<GatewayBot>;
};

/** Shards that start together ask once. */
const freshForMs = 10_000;
/** Asks again with growing pauses for as long as Discord cannot be reached; three refusals of the token in a row are final. */
export function createGatewayInformation(parts: PatienceParts): GatewayInformation {
  const { clock } = parts;
  let known: { readonly information: GatewayBot; readonly atMs: number } | null = null;
  let asking: Promise<GatewayBot> | null = null;

  const ask = async (signal: AbortSignal): Promise<GatewayBot> => {
    const call = { method: 'GET', route: Routes.gatewayBot() } as const;
    const information = await askPatiently(call, gatewayBotSchema, parts, signal);
    known = { information, atMs: clock.now() };
    return information;
  };

  const fresh = (signal: AbortSignal): Promise<GatewayBot> => {
    if (known !== null && clock.now() - known.atMs < freshForMs) return Promise.resolve(known.information);
    asking ??= ask(signal).finally(() => {
      asking = null;
    });
    return asking;
  };

  return { fresh, latest: (signal) => (known === null ? fresh(signal) : Promise.resolve(known.information)) };
}
