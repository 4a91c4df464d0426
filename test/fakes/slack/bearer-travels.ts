import type { World } from './world.ts';

/** A request that carried a bearer, or could have: where it went and with what. */
export type BearerTravel = {
  readonly atMs: number;
  readonly origin: string;
  readonly path: string;
  readonly bearer: string | null;
};

/** The log of where tokens went. */
export type BearerTravels = {
  record(origin: string, path: string, bearer: string | null): void;
  all(): readonly BearerTravel[];
  /** Those that reached a host which is neither the API nor the file host. */
  strayed(): readonly BearerTravel[];
};

/** An empty log. `onStray` is told of every token that went astray. */
export function createBearerTravels(world: World, onStray: (travel: BearerTravel) => void): BearerTravels {
  const travels: BearerTravel[] = [];
  // Slack's own pages are no home for a token either: the API is, below its path, and the file host.
  const isHome = ({ origin, path }: BearerTravel) =>
    origin === world.origins.files || `${origin}${path}`.startsWith(`${world.origins.api}/`);
  const strays = (travel: BearerTravel) => travel.bearer !== null && !isHome(travel);
  return {
    record(origin, path, bearer) {
      const travel: BearerTravel = { atMs: world.clock.now(), origin, path, bearer };
      travels.push(travel);
      if (strays(travel)) onStray(travel);
    },
    all: () => travels,
    strayed: () => travels.filter(strays),
  };
}

/** The token of an authorization header. */
export function bearerOf(authorization: string | null): string | null {
  return /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? null;
}
