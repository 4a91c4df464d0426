import { answerEnvelope } from '../../../adapters/slack/events/answer-envelope.ts';
import { frameSchema } from '../../../adapters/slack/events/events-wire.ts';
import type { SocketMode, SocketModeParts, SocketModeState } from '../../../adapters/slack/events/socket-mode.ts';
import { createTaking } from '../../../adapters/slack/events/taking.ts';
import type { FakeSlack } from '../../fakes/slack/fake-slack.ts';
import type { SocketConnection } from '../../fakes/slack/socket-carrier.ts';

/** Two connections of Socket Mode without sockets, opened anew when they are cut: for tests on a clock that does not move by itself. */
export function connectInProcess(slack: FakeSlack, { clock, logger }: SocketModeParts): SocketMode {
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});
  let state: SocketModeState = 'connecting';

  return {
    ready: ready.promise,
    state: () => state,
    async run(take, signal) {
      const taking = createTaking({ take, limitMs: 10_000, clock, logger });
      const underWay = new Set<Promise<void>>();
      const connections = new Set<SocketConnection>();
      const open = () => {
        if (signal.aborted) return;
        const connection = slack.sockets.open(new URL(slack.sockets.createUrl()), {
          send(text) {
            const frame = frameSchema.parse(JSON.parse(text));
            if (frame.envelope_id == null || signal.aborted) return;
            const reply = (answer: string) => {
              connection?.receive(answer);
              return connection !== null;
            };
            const job = answerEnvelope(frame, reply, taking, logger, signal).finally(() => underWay.delete(job));
            underWay.add(job);
          },
          ping() {},
          close: reopen,
          destroy: reopen,
        });
        if (connection !== null) connections.add(connection);
        function reopen() {
          if (connection !== null) connections.delete(connection);
          open();
        }
      };
      open();
      open();
      state = 'connected';
      ready.resolve();
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      await Promise.all(underWay);
      for (const connection of connections) connection.closed();
      state = 'ended';
    },
  };
}
