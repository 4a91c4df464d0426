import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGuardedDownload, type DownloadRequest } from '../../../adapters/fetch-guard/create-guarded-download.ts';
import { createGuardedLookup } from '../../../adapters/fetch-guard/guarded-connector.ts';
import { isPublicAddress } from '../../../adapters/fetch-guard/public-address.ts';
import { createSystemClock } from '../../../src/lib/clock.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { disguise, namesOfPrivateHosts, privateAddresses, privateIpv6, spellIpv4 } from './hostile-addresses.ts';
import { startCanary, startWebServer } from './loopback-servers.ts';

const signal = new AbortController().signal;
const request: DownloadRequest = { accept: 'image/*', types: null, maxBytes: 1_000, totalMs: 30_000, secrets: null };
const statuses = [301, 302, 303, 307, 308] as const;
const trusted = 'cdn.discordapp.com';

let canary: Awaited<ReturnType<typeof startCanary>>;
let redirecting: Awaited<ReturnType<typeof startWebServer>>;
beforeAll(async () => {
  canary = await startCanary();
  redirecting = await startWebServer((incoming, response) => {
    const asked = new URL(incoming.url ?? '/', 'http://localhost');
    response.writeHead(Number(asked.searchParams.get('status')), { Location: asked.searchParams.get('to') ?? '' });
    response.end();
  });
});
afterAll(async () => {
  await canary.close();
  await redirecting.close();
});

/** The canary listens where https would, and every name leads to it: what is not refused reaches it. */
function createGuard(anyPublicHost: boolean) {
  const resolved: string[] = [];
  const guard = createGuardedDownload({
    clock: createSystemClock(),
    userAgent: 'test',
    origins: anyPublicHost ? [redirecting.origin] : [redirecting.origin, `https://${trusted}:${canary.port}`],
    anyPublicHost,
    httpsPort: canary.port,
    resolve: async (name) => {
      resolved.push(name);
      return ['127.0.0.1', '::1'];
    },
  });
  return { ...guard, resolved };
}

/** What became of each: the code of its failure, or what it was if there was none. */
async function fetchAll(guard: ReturnType<typeof createGuard>, addresses: readonly string[]) {
  const outcomes = new Set<string>();
  await Promise.all(
    addresses.map(async (address) => {
      const url = URL.parse(address);
      if (url === null) return outcomes.add('no address');
      const outcome = await guard.download(url, request, signal).then(
        () => `fetched ${address}`,
        (error: unknown) => (error instanceof Failure ? error.code : `${error}`),
      );
      return outcomes.add(outcome);
    }),
  );
  return [...outcomes];
}

const hosts = () => [
  ...privateAddresses.flatMap(spellIpv4),
  ...privateIpv6.map((address) => `[${address}]`),
  ...namesOfPrivateHosts,
];

async function expectRefused(guard: ReturnType<typeof createGuard>, addresses: readonly string[]) {
  const before = canary.connections();
  const outcomes = await fetchAll(guard, addresses);
  await guard.close();
  expect(outcomes.filter((outcome) => outcome !== 'no address')).toEqual(['fetch-refused-address']);
  expect(canary.connections() - before).toBe(0);
}

describe('an address that somebody else chose', () => {
  it('reaches the canary when it is named as a trusted one, which shows that it listens', async () => {
    const guard = createGuardedDownload({
      clock: createSystemClock(),
      userAgent: 'test',
      origins: [`http://127.0.0.1:${canary.port}`],
      anyPublicHost: false,
    });
    const failure = await guard.download(new URL(`http://127.0.0.1:${canary.port}/`), request, signal).catch((e) => e);
    await guard.close();
    expect(failure).toMatchObject({ code: 'fetch-unreachable', retryable: true });
    expect(canary.connections()).toBeGreaterThan(0);
  });

  it('is counted in hundreds here', () => {
    expect(new Set([...hosts(), ...disguise(trusted, 'evil.test')]).size).toBeGreaterThan(300);
  });

  it('never leads into a private network, however the network is written', async () => {
    await expectRefused(
      createGuard(true),
      hosts().map((host) => `https://${host}:${canary.port}/a.png`),
    );
  });

  it('never leads there on any other port or scheme', async () => {
    await expectRefused(
      createGuard(true),
      hosts().flatMap((host) => [
        `http://${host}:${canary.port}/`,
        `https://${host}/`,
        `https://${host}:${canary.port + 1}/`,
      ]),
    );
  });

  it('is not even resolved when its host is not the trusted one, whatever it looks like', async () => {
    const guard = createGuard(false);
    await expectRefused(guard, disguise(trusted, 'evil.test'));
    expect(guard.resolved).toEqual([]);
  });

  it('leads nowhere in disguise when every public host is allowed', async () => {
    await expectRefused(createGuard(true), disguise(trusted, `127.0.0.1:${canary.port}`));
  });

  it('is refused when a trusted name leads into a private network', async () => {
    const guard = createGuard(false);
    await expectRefused(guard, [`https://${trusted}:${canary.port}/a.png`]);
    expect(guard.resolved).toEqual([trusted]);
  });

  it.each(statuses)('is refused as the target of a redirect with status %i', async (status) => {
    const targets = [
      ...privateAddresses.flatMap((address) => spellIpv4(address).slice(0, 6)),
      ...privateIpv6.map((address) => `[${address}]`),
      ...namesOfPrivateHosts,
    ].map((host) => `https://${host}:${canary.port}/`);
    const others = [`//127.0.0.1:${canary.port}/`, `http://127.0.0.1:${canary.port}/`, 'file:///etc/passwd', ''];
    const links = [...targets, ...others].map(
      (to) => `${redirecting.origin}/?${new URLSearchParams({ status: `${status}`, to })}`,
    );
    await expectRefused(createGuard(true), links);
  });

  it('is refused as the second and third target of redirects', async () => {
    const link = (to: string) => `${redirecting.origin}/?${new URLSearchParams({ status: '302', to })}`;
    const target = `https://169.254.169.254:${canary.port}/latest/meta-data/`;
    await expectRefused(createGuard(true), [link(link(target)), link(link(link(target)))]);
  });
});

describe('a name that leads elsewhere the next time', () => {
  /** Asks as a socket does, with and without the choice among several. */
  function ask(lookup: ReturnType<typeof createGuardedLookup>, all: boolean) {
    return new Promise((resolve) => lookup('rebind.test', { all }, (error, address) => resolve(error ?? address)));
  }

  it('is connected to where it led when it was checked: nobody asks a second time', async () => {
    const answers = [['93.184.215.14'], ['127.0.0.1']];
    const lookup = createGuardedLookup(async () => answers.shift() ?? [], isPublicAddress);
    expect(await ask(lookup, false)).toBe('93.184.215.14');
    expect(answers).toEqual([['127.0.0.1']]);
    expect(await ask(lookup, false)).toMatchObject({ code: 'fetch-refused-address' });
  });

  it('is offered to the socket without its private addresses', async () => {
    const lookup = createGuardedLookup(
      async () => ['10.0.0.1', '93.184.215.14', '::ffff:127.0.0.1', '2606:4700::6810:1', '64:ff9b::7f00:1'],
      isPublicAddress,
    );
    expect(await ask(lookup, true)).toEqual([
      { address: '93.184.215.14', family: 4 },
      { address: '2606:4700::6810:1', family: 6 },
    ]);
  });

  it('says that it has no address when it has none', async () => {
    const lookup = createGuardedLookup(async () => [], isPublicAddress);
    expect(await ask(lookup, true)).toMatchObject({ message: 'the name has no address' });
  });
});
