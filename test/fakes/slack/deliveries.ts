import { toObject, toText } from '../discord/json.ts';
import type { AttemptResult, Carrier, Delivery, DeliveryLogEntry } from './delivery.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

/** Sends things to the app, again where Slack would, and remembers how it went. */
export type Deliveries = {
  /** Sends an event, with retries; returns at once. */
  publish(delivery: Delivery): void;
  /** Sends something that a person waits for: one attempt. */
  ask(delivery: Delivery): Promise<AttemptResult>;
  /** Sends an event once more, as it was, under the same id. */
  repeat(eventId: string): void;
  log(): readonly DeliveryLogEntry[];
  /** Resolves when nothing is under way; retries that still wait count as under way. */
  settled(): Promise<void>;
  /** Whether Slack has stopped sending events because nearly all failed. */
  isPaused(): boolean;
  /** Sends events again, as after a click in the app's settings. */
  resume(): void;
  /** Gives up everything that waits. */
  end(): void;
};

const retryDelaysMs = [0, 60_000, 300_000];
const hourMs = 3_600_000;
const delayedHours = 24;

/** Deliveries by whichever carrier the app's settings name. */
export function createDeliveries(
  world: World,
  settings: Settings,
  carriers: { readonly http: Carrier; readonly socket: Carrier },
): Deliveries {
  const { clock } = world;
  const log: DeliveryLogEntry[] = [];
  const sent = new Map<string, Delivery>();
  const running = new Set<Promise<void>>();
  const ended = new AbortController();
  const outcomes: { readonly atMs: number; readonly failed: boolean }[] = [];
  const hourly = new Map<string, number[]>();
  let failures = 0;
  let paused = false;

  const nameOf = ({ kind, payload }: Delivery) => {
    if (kind === 'slash_commands') return toText(payload['command']) ?? '';
    return toText(kind === 'events_api' ? toObject(payload['event'])['type'] : payload['type']) ?? '';
  };
  const teamOf = ({ payload }: Delivery) => toText(payload['team_id']) ?? toText(toObject(payload['team'])['id']);

  const attempt = async (delivery: Delivery, retry: number, reason: string | null): Promise<AttemptResult> => {
    const carrier = settings.socketMode ? carriers.socket : carriers.http;
    const atMs = clock.now();
    const result = await carrier.attempt(delivery, { number: retry, reason });
    log.push({
      atMs,
      by: carrier.name,
      kind: delivery.kind,
      eventId: toText(delivery.payload['event_id']),
      what: nameOf(delivery),
      teamId: teamOf(delivery),
      retry,
      reason,
      outcome: result.type === 'taken' ? 'taken' : result.reason,
    });
    return result;
  };

  const judge = (failed: boolean) => {
    const nowMs = clock.now();
    outcomes.push({ atMs: nowMs, failed });
    if (failed) failures += 1;
    while (nowMs - (outcomes[0]?.atMs ?? nowMs) >= hourMs) {
      if (outcomes.shift()?.failed === true) failures -= 1;
    }
    const { leastEvents, failedShare } = settings.disableRule;
    if (outcomes.length >= leastEvents && failures / outcomes.length > failedShare) paused = true;
  };

  const deliver = async (delivery: Delivery) => {
    const delays = settings.delayedEvents
      ? [...retryDelaysMs, ...Array.from({ length: delayedHours }, () => hourMs)]
      : retryDelaysMs;
    let reason: string | null = null;
    for (let retry = 0; retry <= delays.length; retry += 1) {
      const delayMs = retry === 0 ? 0 : (delays[retry - 1] ?? 0);
      if (delayMs > 0) await clock.sleep(delayMs, ended.signal);
      if (paused || ended.signal.aborted) return;
      const result = await attempt(delivery, retry, reason);
      judge(result.type === 'failed');
      if (result.type === 'taken' || result.noRetry) return;
      reason = result.reason;
    }
  };

  const start = (delivery: Delivery) => {
    const job: Promise<void> = deliver(delivery)
      .catch((error: unknown) => {
        if (!ended.signal.aborted) throw error;
      })
      .finally(() => running.delete(job));
    running.add(job);
  };

  const isOverHourlyLimit = (delivery: Delivery): boolean => {
    const teamId = teamOf(delivery) ?? '';
    const nowMs = clock.now();
    const recent = hourly.get(teamId) ?? [];
    while (nowMs - (recent[0] ?? nowMs) >= hourMs) recent.shift();
    recent.push(nowMs);
    hourly.set(teamId, recent);
    if (recent.length <= settings.limits.eventsPerHour) return false;
    if (recent.length === settings.limits.eventsPerHour + 1) {
      start({
        kind: 'events_api',
        takesAnswer: false,
        payload: {
          token: world.app.verificationToken,
          type: 'app_rate_limited',
          team_id: teamId,
          minute_rate_limited: Math.floor(nowMs / 60_000) * 60,
          api_app_id: world.app.id,
        },
      });
    }
    return true;
  };

  return {
    publish(delivery) {
      const eventId = toText(delivery.payload['event_id']);
      if (eventId !== null) sent.set(eventId, delivery);
      if (paused || isOverHourlyLimit(delivery)) return;
      for (let time = 0; time < settings.deliverTimes; time += 1) start(delivery);
    },
    ask: (delivery) => attempt(delivery, 0, null),
    repeat(eventId) {
      const delivery = sent.get(eventId);
      if (delivery === undefined) throw new Error(`no event ${eventId} was sent`);
      start(delivery);
    },
    log: () => log,
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
    isPaused: () => paused,
    resume() {
      paused = false;
      outcomes.length = 0;
      failures = 0;
    },
    end: () => ended.abort(new Error('the fake is closed')),
  };
}
