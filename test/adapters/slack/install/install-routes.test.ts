import { describe, expect, it } from 'vitest';
import { createCompleteInstall } from '../../../../adapters/slack/install/complete-install.ts';
import { createInstallRoutes } from '../../../../adapters/slack/install/install-routes.ts';
import { createInstallState } from '../../../../adapters/slack/install/install-state.ts';
import { neededScopes } from '../../../../adapters/slack/start/needed-scopes.ts';
import { live } from '../api/api-rig.ts';
import { createWorkspacesRig } from '../workspaces/workspaces-rig.ts';

const host = 'http://bot.example';

/** A browser: it keeps its cookie. */
function createBrowser() {
  let cookie = '';
  return {
    cookie: () => cookie,
    headers: () => (cookie === '' ? new Headers() : new Headers({ cookie })),
    keep(response: Response) {
      const given = response.headers.get('set-cookie');
      if (given !== null) cookie = given.split(';')[0] ?? '';
    },
  };
}

type Browser = ReturnType<typeof createBrowser>;

/** The pages over a fake Slack, and people who go through them. */
function createInstallRig(options: Parameters<typeof createWorkspacesRig>[0] = {}) {
  const rig = createWorkspacesRig(options);
  const { slack, clock, ids, logger, store, installations, access, apiWith, apiUrl } = rig;
  const build = () =>
    createInstallRoutes({
      clientId: slack.app.clientId,
      apiUrl,
      state: createInstallState({ store, secret: slack.app.clientSecret, clock, ids, logger }),
      complete: createCompleteInstall({ access, apiWith, installations, clock, logger }),
      closing: live,
      clock,
      ids,
      logger,
    });
  let routes = build();

  const visit = async (browser: Browser, address: string, init: { method?: string; headers?: Headers } = {}) => {
    const headers = init.headers ?? browser.headers();
    const response = await clock.runUntil(
      Promise.resolve(routes.request(new URL(address, host).href, { method: init.method ?? 'GET', headers })),
    );
    browser.keep(response);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  /** Opens the first page; gives the address of Slack's. */
  const open = async (browser: Browser) => linkIn((await visit(browser, '/slack/install')).text);
  /** The path that Slack sends the browser back to. */
  const back = (address: string) => {
    const { pathname, search } = new URL(address);
    return `${pathname}${search}`;
  };
  const approve = (page: string, team = rig.team, more: { organisation?: boolean; withoutState?: boolean } = {}) =>
    back(slack.installing.approve(page, team, { installer: rig.person, ...more }));

  return {
    ...rig,
    visit,
    open,
    back,
    approve,
    restartPages: () => {
      routes = build();
    },
    exchanges: () => slack.requests({ method: 'oauth.v2.access' }).length,
  };
}

function linkIn(page: string): string {
  const [, address = ''] = /<a href="([^"]+)"/.exec(page) ?? [];
  return address.replaceAll('&amp;', '&');
}

describe('the page where installing begins', () => {
  it('leads to Slack with the scopes that are needed and nothing more', async () => {
    const { slack, visit } = createInstallRig();
    const page = await visit(createBrowser(), '/slack/install');
    const address = new URL(linkIn(page.text));

    expect(page.status).toBe(200);
    expect(page.text).toContain('Add to Slack');
    expect(`${address.origin}${address.pathname}`).toBe('https://slack.com/oauth/v2/authorize');
    expect(Object.fromEntries(address.searchParams)).toEqual({
      client_id: slack.app.clientId,
      scope: [...neededScopes.keys()].join(','),
      user_scope: '',
      state: expect.stringMatching(/^[\w.-]{60,150}$/),
    });
  });

  it('runs no scripts, loads nothing, and is in no frame', async () => {
    const { visit } = createInstallRig();
    const { headers, text } = await visit(createBrowser(), '/slack/install');

    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(text).not.toMatch(/<script|<img|<link|<form|url\(|style=| on\w+=/i);
  });

  it('binds the installation to the browser by a cookie that no script reads', async () => {
    const { visit } = createInstallRig();
    const plain = await visit(createBrowser(), '/slack/install');
    const behindTls = await visit(createBrowser(), '/slack/install', {
      headers: new Headers({ 'x-forwarded-proto': 'https' }),
    });

    expect(plain.headers.get('set-cookie')).toMatch(
      /^sightline_slack_install=[\w-]{43}; Max-Age=600; Path=\/slack\/; HttpOnly; SameSite=Lax$/,
    );
    expect(behindTls.headers.get('set-cookie')).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
  });

  it('keeps nothing for those who only look', async () => {
    const { visit, dump } = createInstallRig();
    await visit(createBrowser(), '/slack/install');

    expect(await dump()).toBe('[]');
  });
});

describe('installing', () => {
  it('ends with the app in the workspace and a way back to Slack', async () => {
    const { visit, open, approve, installations, slack, team, dump, logger, clock } = createInstallRig();
    const browser = createBrowser();
    const { status, text } = await visit(browser, approve(await open(browser)));
    const found = await installations.find(team.id, null, live);

    expect(clock.pending()).toBe(0);
    expect(status).toBe(200);
    expect(text).toContain('Sightline is in Painters');
    expect(linkIn(text)).toBe(`https://slack.com/app_redirect?app=${slack.app.id}&team=${team.id}`);
    const [record] = slack.world.installations;
    expect(found).toEqual({
      teamId: team.id,
      enterpriseId: null,
      botUserId: record?.bot.id,
      botId: record?.botId,
      token: record?.token,
    });
    expect([...(record?.scopes ?? [])]).toEqual([...neededScopes.keys()]);
    for (const place of [text, await dump(), JSON.stringify(logger.lines)]) {
      expect(place).not.toContain(record?.token);
      expect(place).not.toContain(slack.app.clientSecret);
    }
    slack.expectNoViolations();
  });

  it('sends the secret of the app in a header alone', async () => {
    const { visit, open, approve, slack } = createInstallRig();
    const browser = createBrowser();
    await visit(browser, approve(await open(browser)));

    const [request] = slack.requests({ method: 'oauth.v2.access' });
    expect(Object.keys(request?.args ?? {})).toEqual(['code']);
  });

  it('works in two windows of one browser, and for two workspaces', async () => {
    const { visit, open, approve, installations, slack } = createInstallRig();
    const other = slack.places.createTeam({ name: 'Weavers' });
    const browser = createBrowser();
    const [first, second] = [await open(browser), await open(browser)];

    expect((await visit(browser, approve(second, other))).text).toContain('Sightline is in Weavers');
    expect((await visit(browser, approve(first))).text).toContain('Sightline is in Painters');
    expect(await installations.count()).toBe(2);
  });

  it('goes on after a restart in between', async () => {
    const { visit, open, approve, restartPages } = createInstallRig();
    const browser = createBrowser();
    const page = await open(browser);
    restartPages();

    expect((await visit(browser, approve(page))).status).toBe(200);
  });

  it('for a whole organisation leads to the choice of its workspaces', async () => {
    const { visit, open, approve, installations, slack, organisation, sibling } = createInstallRig();
    const browser = createBrowser();
    const { status, text } = await visit(browser, approve(await open(browser), organisation, { organisation: true }));

    expect(status).toBe(200);
    expect(text).toContain('Sightline is installed for Organisation');
    expect(linkIn(text)).toBe(`https://app.slack.com/manage/E0ORG/integrations/profile/${slack.app.id}/workspaces/add`);
    expect(await installations.find(sibling.id, 'E0ORG', live)).toMatchObject({ enterpriseId: 'E0ORG' });
  });

  it('keeps the token that ends together with the one for the next', async () => {
    const { visit, open, approve, tokenIn, clock, slack, team } = createInstallRig({ tokenRotation: true });
    const browser = createBrowser();
    await visit(browser, approve(await open(browser)));
    await clock.advance(13 * 3_600_000);

    expect(await tokenIn(team.id)).toBe(slack.world.installations[0]?.token);
  });

  it('asks again who the bot is when the answer is lost, since the code is used by then', async () => {
    const { visit, open, approve, slack, clock } = createInstallRig();
    const browser = createBrowser();
    slack.faults.next({ method: 'auth.test' }, { type: 'lost-reply' }, 2);

    expect((await visit(browser, approve(await open(browser)))).status).toBe(200);
    expect(clock.pending()).toBe(0);
  });
});

describe('an installation that comes to nothing', () => {
  const expectRefusal = (page: { status: number; text: string }, status: number, words: RegExp) => {
    expect(page.status).toBe(status);
    expect(page.text).toContain('Sightline was not installed');
    expect(page.text).toMatch(words);
    expect(linkIn(page.text)).toBe('/slack/install');
  };

  it('when it was declined in Slack', async () => {
    const { visit, open, back, slack, exchanges } = createInstallRig();
    const browser = createBrowser();

    expectRefusal(
      await visit(browser, back(slack.installing.decline(await open(browser)))),
      400,
      /not allowed on Slack/,
    );
    expect(exchanges()).toBe(0);
  });

  it('when another browser began it', async () => {
    const { visit, open, approve, exchanges } = createInstallRig();
    const address = approve(await open(createBrowser()));
    const other = createBrowser();

    expectRefusal(await visit(other, address), 400, /another browser/);
    await open(other);
    expectRefusal(await visit(other, address), 400, /another browser/);
    expect(exchanges()).toBe(0);
  });

  it('when it comes a second time', async () => {
    const { visit, open, approve, exchanges, restartPages } = createInstallRig();
    const browser = createBrowser();
    const address = approve(await open(browser));
    const [one, two] = await Promise.all([visit(browser, address), visit(browser, address)]);

    expect([one.status, two.status].sort()).toEqual([200, 400]);
    restartPages();
    expectRefusal(await visit(browser, address), 400, /works only once/);
    expect(exchanges()).toBe(1);
  });

  it('when it took longer than ten minutes', async () => {
    const { visit, open, approve, clock } = createInstallRig();
    const browser = createBrowser();
    const address = approve(await open(browser));
    await clock.advance(600_000);

    expectRefusal(await visit(browser, address), 400, /ten minutes/);
  });

  it('when it began on Slack’s own pages, where nothing tells who began it', async () => {
    const { visit, open, approve, organisation, exchanges } = createInstallRig();
    const browser = createBrowser();
    const address = approve(await open(browser), organisation, { organisation: true, withoutState: true });

    expectRefusal(await visit(browser, address), 400, /has to begin on this site/);
    expect(exchanges()).toBe(0);
  });

  it.each([
    ['made up', () => 'made-up'],
    ['of another form', (state: string) => `${state}.x`],
    ['with another time', (state: string) => state.replace(/\.\d+\./, '.9999999999999.')],
    ['with another signature', (state: string) => `${state.slice(0, -2)}AA`],
    ['very long', () => 'x'.repeat(100_000)],
  ])('when its state is %s', async (_what, change) => {
    const { visit, open, approve, exchanges } = createInstallRig();
    const browser = createBrowser();
    const address = new URL(approve(await open(browser)), host);
    address.searchParams.set('state', change(address.searchParams.get('state') ?? ''));

    expectRefusal(await visit(browser, address.href), 400, /is over already/);
    expect(exchanges()).toBe(0);
  });

  it.each([
    ['invalid_code', 400, /does not know this installation/],
    ['code_already_used', 400, /finished this installation before/],
    ['bad_redirect_uri', 400, /“Redirect URLs” of the app/],
    ['access_denied', 400, /not allowed on Slack/],
    ['bad_client_secret', 400, /did not let the installation through/],
    ['internal_error', 503, /did not answer in time/],
  ])('when Slack answers %s', async (error, status, words) => {
    const { visit, open, approve, slack, installations } = createInstallRig();
    const browser = createBrowser();
    const address = approve(await open(browser));
    slack.faults.next({ method: 'oauth.v2.access' }, { type: 'error', error });

    expectRefusal(await visit(browser, address), status, words);
    expect(await installations.count()).toBe(0);
  });

  it.each([
    ['refused', { type: 'refused' } as const],
    ['silent', { type: 'silent' } as const],
    ['a page of something in between', { type: 'html', status: 502 } as const],
  ])('when Slack is %s', async (_how, fault) => {
    const { visit, open, approve, slack, clock } = createInstallRig();
    const browser = createBrowser();
    const address = approve(await open(browser));
    slack.faults.next({ method: 'oauth.v2.access' }, fault);

    expectRefusal(await visit(browser, address), 503, /did not answer in time/);
    expect(clock.pending()).toBe(0);
  });

  it('when Slack says which client is wrong, in the log alone', async () => {
    const { visit, open, approve, slack, logger } = createInstallRig();
    const browser = createBrowser();
    const address = approve(await open(browser));
    slack.faults.next({ method: 'oauth.v2.access' }, { type: 'error', error: 'bad_client_secret' });
    const { text } = await visit(browser, address);

    expect(text).not.toContain('client');
    expect(logger.lines).toMatchObject([{ level: 'warn', facts: { reason: 'bad_client_secret' } }]);
  });

  it('when the store is down, before and after Slack was asked', async () => {
    const { visit, open, approve, breakDown, exchanges, slack } = createInstallRig();
    const browser = createBrowser();
    const first = approve(await open(browser));
    breakDown(true);
    expectRefusal(await visit(browser, first), 503, /could not be stored/);
    expect(exchanges()).toBe(0);
    breakDown(false);
    slack.faults.next({ method: 'auth.test' }, { type: 'slow', delayMs: 1_000 });
    const second = visit(browser, approve(await open(browser)));
    await new Promise((resolve) => setImmediate(resolve));
    breakDown(true);
    expectRefusal(await second, 503, /could not be stored/);
  });

  it('when there are too many at once', async () => {
    const { visit, open, approve, clock } = createInstallRig();
    const browser = createBrowser();
    const addresses: string[] = [];
    for (let count = 0; count < 31; count += 1) addresses.push(approve(await open(browser)));
    const statuses: number[] = [];
    for (const address of addresses) statuses.push((await visit(browser, address)).status);

    expect(statuses.filter((status) => status === 200)).toHaveLength(30);
    expect(statuses.at(-1)).toBe(429);
    await clock.advance(60_000);
    expect((await visit(browser, approve(await open(browser)))).status).toBe(200);
  });

  it('takes no HEAD, which would use the code up', async () => {
    const { visit, open, approve, exchanges } = createInstallRig();
    const browser = createBrowser();
    const address = approve(await open(browser));

    expect((await visit(browser, address, { method: 'HEAD' })).status).toBe(405);
    expect(exchanges()).toBe(0);
    expect((await visit(browser, address)).status).toBe(200);
  });
});

describe('hostile words', () => {
  const script = '"><script>alert(1)</script>';

  it.each(['error', 'error_description', 'state', 'code'])('in %s are not on the page', async (name) => {
    const { visit, open } = createInstallRig();
    const browser = createBrowser();
    const page = await open(browser);
    const address = new URL('/slack/oauth_redirect', host);
    address.searchParams.set('state', new URL(page).searchParams.get('state') ?? '');
    address.searchParams.set(name, script);
    const { status, text, headers } = await visit(browser, address.href);

    expect(status).toBe(400);
    expect(text).not.toContain('alert');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('in the name of a workspace are text', async () => {
    const { visit, open, approve, team } = createInstallRig();
    team.name = `<img src=x onerror=alert(1)> & "O'Hara"`;
    const browser = createBrowser();
    const { text } = await visit(browser, approve(await open(browser)));

    expect(text).toContain('Sightline is in &lt;img src=x onerror=alert(1)&gt; &amp; &quot;O&#39;Hara&quot;');
    expect(text).not.toContain('<img');
  });

  it('in a cookie are not taken over', async () => {
    const { visit } = createInstallRig();
    const headers = new Headers({ cookie: 'sightline_slack_install=<script>alert(1)</script>' });
    const page = await visit(createBrowser(), '/slack/install', { headers });

    expect(page.headers.get('set-cookie')).toMatch(/^sightline_slack_install=secret-/);
  });
});
