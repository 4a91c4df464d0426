import { refuseAddress } from './fetch-failure.ts';
import { isLoopbackAddress } from './public-address.ts';

/** Where the guard may go. */
export type FetchRules = {
  /** Scheme, host and port, nothing else: `https://cdn.example.com`. With plain http only a host on this machine. */
  readonly origins: readonly string[];
  /** Whether every other public host may be asked too, over https. */
  readonly anyPublicHost: boolean;
  /** The only port of https. */
  readonly httpsPort: number;
};

/** What is asked before an address is used. */
export type AllowedOrigins = {
  /** Throws `fetch-refused-address` for an address that may not be asked. */
  check(url: URL): void;
  /** Whether an origin is one of those that were named as being on this machine. */
  isOnThisMachine(origin: string): boolean;
};

/** The host of an address, without the brackets of IPv6. */
function toHostname(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function isLoopbackHost(url: URL): boolean {
  return url.hostname === 'localhost' || isLoopbackAddress(toHostname(url));
}

/** The port as a number, where the scheme is https. */
function httpsPortOf(url: URL): number {
  return url.port === '' ? 443 : Number(url.port);
}

function readOrigin(text: string, httpsPort: number): URL {
  const url = URL.parse(text);
  if (url === null || (url.href !== `${url.origin}/` && url.href !== url.origin))
    throw new Error(`"${text}" is not an origin. Write scheme and host alone, such as https://cdn.example.com`);
  const isSecure = url.protocol === 'https:' && httpsPortOf(url) === httpsPort;
  if (!isSecure && !(url.protocol === 'http:' && isLoopbackHost(url)))
    throw new Error(`"${text}" has to use https and its usual port; plain http is for this machine alone (127.0.0.1)`);
  return url;
}

/** Reads the rules; throws an `Error` that names an origin which is none or may not be one. */
export function createAllowedOrigins(rules: FetchRules): AllowedOrigins {
  const named = rules.origins.map((text) => readOrigin(text, rules.httpsPort));
  const origins = new Set(named.map((url) => url.origin));
  const onThisMachine = new Set(named.filter((url) => url.protocol === 'http:').map((url) => url.origin));

  return {
    check(url) {
      if (url.username !== '' || url.password !== '') throw refuseAddress(url.host, 'it carries a name or a password');
      if (onThisMachine.has(url.origin)) return;
      if (url.protocol !== 'https:') throw refuseAddress(url.host, 'only https is allowed');
      if (httpsPortOf(url) !== rules.httpsPort)
        throw refuseAddress(url.host, `only port ${rules.httpsPort} is allowed`);
      if (!rules.anyPublicHost && !origins.has(url.origin))
        throw refuseAddress(url.host, 'its host is not on the list');
    },
    isOnThisMachine: (origin) => onThisMachine.has(origin),
  };
}
