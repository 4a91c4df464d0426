import { describe, expect, it } from 'vitest';
import type { SlackDelivery } from '../../../../adapters/slack/events/delivery.ts';
import { checkStart } from '../../../../adapters/slack/start/check-start.ts';
import { createSingleToken } from '../../../../adapters/slack/workspaces/installed-tokens.ts';
import { createUninstalled } from '../../../../adapters/slack/workspaces/uninstalled.ts';
import type { InboxEvent, Receipt } from '../../../../src/turn/inbox.ts';
import type { InstallationRecord } from '../../../fakes/slack/records.ts';
import { live, reasonOf } from '../api/api-rig.ts';
import { createWorkspacesRig } from './workspaces-rig.ts';

type UninstallOptions = {
  readonly single?: boolean;
  readonly organisationsToken?: boolean;
  readonly tokenRotation?: boolean;
};

/** Deliveries of a fake Slack, as they come by its socket, for the taker that lets go of workspaces. */
async function createUninstallRig(options: UninstallOptions = {}) {
  const rig = createWorkspacesRig(options);
  const { slack, apiWith, organisations, logger, store } = rig;
  const wide = slack.installing.install(rig.organisation, { organisation: true });
  await rig.saved(rig.installation);
  await rig.saved(wide);
  const token = (options.organisationsToken === true ? wide : rig.installation).token;
  const { identity } = await checkStart({ api: apiWith(token), appApi: null }, live);
  const installed =
    options.single === true ? createSingleToken({ token, identity: () => identity, logger }) : rig.installations;
  const forgotten: string[] = [];
  let isBroken = false;
  const forget = async (tenant: string) => {
    if (isBroken) throw new Error('it cannot be forgotten now');
    forgotten.push(tenant);
    await store.delete(`kept of ${tenant}`);
  };
  const taker = createUninstalled({ installed, organisations, apiWith, forget: [forget], logger });
  const socket = await rig.connect();
  const events: InboxEvent[] = [];
  let receipt: Receipt = 'accepted';

  const toDelivery = (payload: unknown): SlackDelivery => ({ kind: 'event', payload, retry: null });
  const take = async (delivery: SlackDelivery) =>
    taker.take(
      delivery,
      async (event) => {
        events.push(event);
        return receipt;
      },
      live,
    );
  /** What Slack has sent since it was asked last. */
  let seen = 0;
  const deliveries = () => {
    const fresh = socket.frames.slice(seen).filter((frame) => frame['type'] === 'events_api');
    seen = socket.frames.length;
    return fresh.map((frame) => toDelivery(frame['payload']));
  };

  return {
    ...rig,
    wide,
    taker,
    take,
    toDelivery,
    deliveries,
    events,
    forgotten,
    left: () => [...new Set(events.flatMap((event) => (event.type === 'left' ? [event.tenant] : [])))],
    failToForget: (broken: boolean) => {
      isBroken = broken;
    },
    answer: (given: Receipt) => {
      receipt = given;
    },
    uninstall: async (record: InstallationRecord) => {
      slack.people.uninstall(record);
      for (const delivery of deliveries()) await take(delivery);
    },
    lines: () => logger.lines.filter(({ level }) => level === 'error'),
  };
}

describe('a workspace that takes the app out', () => {
  it('is forgotten: its installation, what is kept of it, and what the bot does there', async () => {
    const { uninstall, installation, team, tokenIn, installations, left, forgotten, dump, lines } =
      await createUninstallRig();
    await uninstall(installation);

    expect(await tokenIn(team.id)).toBeNull();
    expect(await installations.count()).toBe(1);
    expect(left()).toEqual([team.id]);
    expect(new Set(forgotten)).toEqual(new Set([team.id]));
    expect(await dump()).not.toContain(team.id);
    expect(lines()).toEqual([]);
  });

  it('leaves every other as it is', async () => {
    const { uninstall, installation, wide, slack, saved, tokenIn, organisation } = await createUninstallRig();
    const other = slack.places.createTeam();
    const there = slack.installing.install(other);
    await saved(there);
    await uninstall(installation);

    expect(await tokenIn(other.id)).toBe(there.token);
    expect(await tokenIn(organisation.id, 'E0ORG')).toBe(wide.token);
  });

  it('may say so again and again', async () => {
    const { slack, installation, team, deliveries, take, left } = await createUninstallRig();
    slack.people.uninstall(installation);
    const sent = deliveries();
    for (const delivery of [...sent, ...sent.toReversed(), ...sent]) expect(await take(delivery)).toBeUndefined();

    expect(sent).toHaveLength(2);
    expect(left()).toEqual([team.id]);
  });

  it('keeps what it installed again since, however late the event comes', async () => {
    const { slack, installation, team, deliveries, take, saved, tokenIn, events } = await createUninstallRig();
    slack.people.uninstall(installation);
    const late = deliveries();
    const again = slack.installing.install(team);
    await saved(again);
    for (const delivery of late) await take(delivery);

    expect(await tokenIn(team.id)).toBe(again.token);
    expect(events).toEqual([]);
  });

  it('is left for Slack to repeat as long as something cannot be forgotten', async () => {
    const { slack, installation, team, deliveries, take, failToForget, answer, left, forgotten } =
      await createUninstallRig();
    slack.people.uninstall(installation);
    const [, uninstalled] = deliveries();
    if (uninstalled === undefined) throw new Error('nothing came');
    failToForget(true);
    expect(await reasonOf(take(uninstalled))).toMatchObject({ message: 'it cannot be forgotten now' });
    failToForget(false);
    answer('busy');
    expect(await reasonOf(take(uninstalled))).toMatchObject({ code: 'slack-busy' });
    answer('accepted');
    await take(uninstalled);

    expect(forgotten).toContain(team.id);
    expect(left()).toEqual([team.id]);
  });

  it('is not believed to be gone as long as Slack cannot be asked', async () => {
    const { slack, installation, team, deliveries, take, tokenIn, events } = await createUninstallRig();
    slack.people.uninstall(installation);
    const [delivery] = deliveries();
    slack.faults.next({ method: 'auth.test' }, { type: 'refused' });

    expect(delivery === undefined ? null : await reasonOf(take(delivery))).toMatchObject({ retryable: true });
    expect(await tokenIn(team.id)).toBe(installation.token);
    expect(events).toEqual([]);
  });
});

describe('an installation that cannot be used any more', () => {
  it('goes when its app was taken out, also when it cannot be read', async () => {
    const { restart, organisations, apiWith, logger, slack, installation, team, deliveries, dump } =
      await createUninstallRig();
    const { installations } = restart('another-client-secret-of-slack');
    const parts = { installed: installations, organisations, apiWith, forget: [], logger };
    const taker = createUninstalled(parts);
    slack.people.uninstall(installation);
    for (const delivery of deliveries()) await taker.take(delivery, async () => 'accepted', live);

    expect(await dump()).not.toContain(team.id);
  });

  it('goes when its token has ended and there is no other', async () => {
    const rig = await createUninstallRig({ tokenRotation: true });
    const { slack, clock, installation, installations, team, deliveries, take, left, tokenIn } = rig;
    slack.people.uninstall(installation);
    const [, uninstalled] = deliveries();
    await clock.advance(13 * 3_600_000);
    if (uninstalled !== undefined) await take(uninstalled);

    expect(left()).toEqual([team.id]);
    expect(await tokenIn(team.id)).toBeNull();
    expect(await installations.count()).toBe(1);
  });
});

it('is not brought back by a renewal that was under way', async () => {
  const rig = await createUninstallRig({ tokenRotation: true });
  const { slack, clock, installation, installations, team, toDelivery, take, tokenIn, left } = rig;
  await clock.advance(10 * 3_600_000);
  slack.faults.next({ method: 'oauth.v2.access' }, { type: 'slow', delayMs: 1_000 });
  const before = await tokenIn(team.id);
  await clock.advance(500);
  slack.people.uninstall(installation);
  const event = { type: 'app_uninstalled' };
  const taking = take(toDelivery({ type: 'event_callback', team_id: team.id, event }));
  await clock.advance(500);
  await taking;

  expect(before).not.toBe(installation.token);
  expect(left()).toEqual([team.id]);
  expect(await tokenIn(team.id)).toBeNull();
  expect(await installations.count()).toBe(1);
});

describe('tokens that are revoked', () => {
  it('of the bot end the installation', async () => {
    const { slack, installation, team, deliveries, take, tokenIn, left } = await createUninstallRig();
    slack.people.revoke(installation);
    for (const delivery of deliveries()) await take(delivery);

    expect(await tokenIn(team.id)).toBeNull();
    expect(left()).toEqual([team.id]);
  });

  it('of people, and earlier ones of the bot, change nothing', async () => {
    const { installation, team, take, toDelivery, tokenIn, events } = await createUninstallRig();
    const revoked = (tokens: object) =>
      toDelivery({ type: 'event_callback', team_id: team.id, event: { type: 'tokens_revoked', tokens } });

    for (const tokens of [{ oauth: ['U1'] }, { oauth: ['U1'], bot: [] }, { bot: [installation.bot.id] }]) {
      expect(await take(revoked(tokens))).toBeUndefined();
    }
    expect(await tokenIn(team.id)).toBe(installation.token);
    expect(events).toEqual([]);
  });
});

describe('an organisation', () => {
  it('that takes the app out is forgotten with all its workspaces but those with an installation of their own', async () => {
    const rig = await createUninstallRig();
    const { slack, organisation, sibling, wide, saved, tokenIn, organisations, left, uninstall, dump } = rig;
    const third = slack.places.createTeam({ name: 'Smiths', enterpriseId: 'E0ORG' });
    for (const team of [organisation, sibling, third]) await tokenIn(team.id, 'E0ORG');
    const own = slack.installing.install(third);
    await saved(own);
    await uninstall(wide);

    expect(left().toSorted()).toEqual([organisation.id, sibling.id, 'E0ORG'].toSorted());
    expect(await tokenIn(sibling.id, 'E0ORG')).toBeNull();
    expect(await tokenIn(third.id, 'E0ORG')).toBe(own.token);
    expect(await organisations.teamsOf('E0ORG')).toEqual([third.id]);
    expect(await dump()).not.toContain(sibling.id);
  });

  it('is forgotten in full by a repetition when that broke off in the middle', async () => {
    const rig = await createUninstallRig();
    const { slack, organisation, sibling, wide, tokenIn, deliveries, take, failToForget, left } = rig;
    for (const team of [organisation, sibling]) await tokenIn(team.id, 'E0ORG');
    slack.people.uninstall(wide);
    const sent = deliveries();
    failToForget(true);
    for (const delivery of sent) await reasonOf(take(delivery));
    failToForget(false);
    for (const delivery of sent) await take(delivery);

    expect(left()).toEqual(expect.arrayContaining([organisation.id, sibling.id]));
    expect(await rig.organisations.teamsOf('E0ORG')).toEqual([]);
    expect(await rig.dump()).not.toContain('E0ORG');
  });

  it('is known by its workspaces when the event does not name it', async () => {
    const { slack, organisation, sibling, wide, tokenIn, take, toDelivery, left } = await createUninstallRig();
    for (const team of [organisation, sibling]) await tokenIn(team.id, 'E0ORG');
    slack.people.uninstall(wide);
    await take(toDelivery({ type: 'event_callback', team_id: organisation.id, event: { type: 'app_uninstalled' } }));

    expect(left()).toEqual(expect.arrayContaining([organisation.id, sibling.id, 'E0ORG']));
    expect(await tokenIn(sibling.id, 'E0ORG')).toBeNull();
  });

  it('that takes the app out of one workspace keeps it in the others', async () => {
    const { organisation, sibling, wide, tokenIn, take, toDelivery, left } = await createUninstallRig();
    for (const team of [organisation, sibling]) await tokenIn(team.id, 'E0ORG');
    const envelope = { type: 'event_callback', team_id: organisation.id, enterprise_id: 'E0ORG' };
    await take(toDelivery({ ...envelope, event: { type: 'team_access_revoked', team_ids: [sibling.id] } }));

    expect(left()).toEqual([sibling.id]);
    await take(toDelivery({ ...envelope, event: { type: 'app_uninstalled' } }));
    expect(left()).toEqual([sibling.id, organisation.id]);
    expect(await tokenIn(organisation.id, 'E0ORG')).toBe(wide.token);
  });
});

describe('the one token of the configuration', () => {
  it('leads to one line for the operator when the app was taken out', async () => {
    const { uninstall, installation, team, left, lines } = await createUninstallRig({ single: true });
    await uninstall(installation);

    expect(left()).toEqual([team.id]);
    expect(lines()).toEqual([
      {
        level: 'error',
        facts: { team: team.id },
        sentence:
          'The app was taken out of Painters: install it again under “Install App” at https://api.slack.com/apps, put the new token into SLACK_BOT_TOKEN and start again.',
      },
    ]);
  });

  it('of an organisation does too', async () => {
    const rig = await createUninstallRig({ single: true, organisationsToken: true });
    const { uninstall, wide, organisation, organisations, sibling, left, lines } = rig;
    await organisations.remember(sibling.id, 'E0ORG');
    await uninstall(wide);

    expect(left()).toEqual(expect.arrayContaining([organisation.id, sibling.id, 'E0ORG']));
    expect(lines()).toMatchObject([{ sentence: expect.stringMatching(/^The app was taken out of Organisation:/) }]);
  });
});

it('leaves every other delivery to others, and ends what it began', async () => {
  const { taker, toDelivery, team } = await createUninstallRig();
  const other = toDelivery({ type: 'event_callback', team_id: team.id, event: { type: 'app_mention' } });

  expect(taker.take(other, async () => 'accepted', live)).toBeNull();
  expect(taker.take({ kind: 'command', payload: {}, retry: null }, async () => 'accepted', live)).toBeNull();
  const gone = toDelivery({ type: 'event_callback', team_id: 'T0GONE', event: { type: 'app_uninstalled' } });
  let isDone = false;
  const taken = taker
    .take(gone, async () => 'accepted', live)
    ?.then(() => {
      isDone = true;
    });
  await taker.idle();
  await taken;
  expect(isDone).toBe(true);
});
