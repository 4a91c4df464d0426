import { describe, expect, it } from 'vitest';
import { createControlsRenderer } from '../../../../adapters/discord/answers/components.ts';
import type { ModelInfo } from '../../../../src/answer/models.ts';
import { componentProblems } from '../../../fakes/discord/message-rules.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';
import { never, sampleModel } from '../outbox-rig.ts';

function start(listModels: (signal: AbortSignal) => Promise<readonly ModelInfo[]> = async () => []) {
  const clock = createFakeClock();
  return { clock, render: createControlsRenderer({ clock, logger: createSilentLogger(), listModels }) };
}

const listOf = (count: number) => async () =>
  Array.from({ length: count }, (_, index) => sampleModel(`model-${index}`));
const again = { type: 'again', subject: 'discord:1' } as const;
const open = { part: 2, privateId: null };

const labelsOf = (rows: Awaited<ReturnType<ReturnType<typeof start>['render']>>) =>
  rows.map((row) => row.components.map((each) => ('label' in each ? each.label : 'menu')));

describe('what is offered under an answer', () => {
  it('is to stop it while it is written, without asking for models', async () => {
    const { render } = start(() => Promise.reject(new Error('not to be asked')));
    expect(await render({ type: 'stop', subject: 'discord:1' }, open, never)).toEqual([
      { type: 1, components: [{ type: 2, style: 2, custom_id: 'stop|discord:1|2', label: 'Stop' }] },
    ]);
  });

  it('is to ask again, also another model', async () => {
    const { render } = start(listOf(3));
    const rows = await render(again, open, never);
    expect(labelsOf(rows)).toEqual([['Try again'], ['menu']]);
    expect(rows[1]?.components[0]).toMatchObject({
      type: 3,
      custom_id: 'model|discord:1|2',
      placeholder: 'Try another model',
      options: [{ value: 'model-0' }, { value: 'model-1' }, { value: 'model-2' }],
    });
  });

  it('is to show a private answer to everyone', async () => {
    const rows = await start(listOf(2)).render(again, { part: 0, privateId: '4711' }, never);
    expect(labelsOf(rows)).toEqual([['Try again', 'Show to everyone'], ['menu']]);
    expect(rows[0]?.components[1]).toMatchObject({ custom_id: 'show|4711' });
  });

  it('is nothing where nothing can be done', async () => {
    expect(await start().render(null, open, never)).toEqual([]);
  });

  it.each([0, 1])('has no menu of %i models', async (count) => {
    expect(labelsOf(await start(listOf(count)).render(again, open, never))).toEqual([['Try again']]);
  });

  it('has no more models than a menu holds, and only those that see', async () => {
    const blind = { ...sampleModel('blind'), seesPictures: false };
    const { render } = start(async () => [blind, ...(await listOf(60)())]);
    const rows = await render(again, open, never);
    expect(rows[1]?.components[0]).toHaveProperty('options.length', 25);
    expect(rows[1]?.components[0]).not.toHaveProperty('options.0.value', 'blind');
    expect(componentProblems(JSON.parse(JSON.stringify(rows)), [])).toEqual([]);
  });

  it('waits a second for the models and no longer', async () => {
    const { render, clock } = start(() => new Promise(() => {}));
    const rendering = render(again, open, never);
    await clock.advance(999);
    expect(clock.pending()).toBe(1);
    await clock.advance(1);
    expect(labelsOf(await rendering)).toEqual([['Try again']]);
    expect(clock.pending()).toBe(0);
  });

  it('does without models when they cannot be listed', async () => {
    const { render } = start(() => Promise.reject(new Error('no list')));
    expect(labelsOf(await render(again, open, never))).toEqual([['Try again']]);
  });

  it('rejects with the reason of an abort', async () => {
    const stop = new AbortController();
    const { render } = start(() => new Promise(() => {}));
    const rendering = render(again, open, stop.signal);
    stop.abort(new Error('shutting down'));
    await expect(rendering).rejects.toThrow('shutting down');
  });

  it('leaves out what has no id that Discord takes', async () => {
    const subject = `discord:${'1~'.repeat(50)}`;
    const { render } = start(listOf(3));
    expect(await render({ type: 'again', subject }, open, never)).toEqual([]);
    expect(await render({ type: 'stop', subject }, open, never)).toEqual([]);
  });
});
