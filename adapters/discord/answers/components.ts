import type { APIActionRowComponent, APIButtonComponentWithCustomId, APIStringSelectComponent } from 'discord.js';
import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import type { ModelInfo } from '../../../src/answer/models.ts';
import type { AnswerControls } from '../../../src/delivery/outbox.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { toModelOptions } from '../commands/model-choices.ts';
import { type CustomId, longestCustomId, renderCustomId } from './custom-ids.ts';

/** A row under a message. */
export type MessageRow = APIActionRowComponent<APIButtonComponentWithCustomId | APIStringSelectComponent>;

/** What the rows under a message depend on. */
export type ControlsPlace = {
  /** Which message of the answer it is, counted from 0. */
  readonly part: number;
  /** The interaction of an answer that only one person sees; null when everybody sees it. */
  readonly privateId: string | null;
};

/** Makes the rows for what people can do about an answer; none for null. */
export type RenderControls = (
  controls: AnswerControls | null,
  place: ControlsPlace,
  signal: AbortSignal,
) => Promise<readonly MessageRow[]>;

/** An answer is not held up for longer by a list of models. */
const modelsLimitMs = 1_000;
/** With one model there is nothing to choose. */
const fewestOptions = 2;

/** None where Discord would not take the id. */
function toButtons(id: CustomId, label: string): readonly APIButtonComponentWithCustomId[] {
  const customId = renderCustomId(id);
  if (customId.length > longestCustomId) return [];
  return [{ type: ComponentType.Button, style: ButtonStyle.Secondary, custom_id: customId, label }];
}

function toRows(components: readonly (APIButtonComponentWithCustomId | APIStringSelectComponent)[]) {
  return components.length === 0 ? [] : [{ type: ComponentType.ActionRow as const, components: [...components] }];
}

/** Stop while the answer is written; then asking again, also another model, and showing a private answer to everyone. */
export function createControlsRenderer(parts: {
  readonly clock: Clock;
  readonly logger: Logger;
  listModels(signal: AbortSignal): Promise<readonly ModelInfo[]>;
}): RenderControls {
  /** Best effort: without a list there is no menu. */
  async function listModels(signal: AbortSignal): Promise<readonly ModelInfo[]> {
    const late = () => new Error(`no list within ${modelsLimitMs} ms`);
    const deadline = createDeadline(parts.clock, modelsLimitMs, signal, late);
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(deadline.signal.reason);
    deadline.signal.addEventListener('abort', onAbort, { once: true });
    try {
      signal.throwIfAborted();
      return await Promise.race([parts.listModels(deadline.signal), ended]);
    } catch (error) {
      signal.throwIfAborted();
      parts.logger.debug({ reason: errorMessage(error) }, 'An answer offers no other models: there is no list.');
      return [];
    } finally {
      deadline.signal.removeEventListener('abort', onAbort);
      deadline.cancel();
    }
  }

  async function renderMenu(id: CustomId, signal: AbortSignal): Promise<readonly MessageRow[]> {
    const customId = renderCustomId(id);
    if (customId.length > longestCustomId) return [];
    const options = toModelOptions(await listModels(signal));
    if (options.length < fewestOptions) return [];
    const placeholder = 'Try another model';
    return toRows([{ type: ComponentType.StringSelect, custom_id: customId, placeholder, options: [...options] }]);
  }

  return async function renderControls(controls, { part, privateId }, signal) {
    if (controls === null) return [];
    const { type, subject } = controls;
    if (type === 'stop') return toRows(toButtons({ type, subject, part }, 'Stop'));
    const again = toButtons({ type, subject, part }, 'Try again');
    const show = privateId === null ? [] : toButtons({ type: 'show', interactionId: privateId }, 'Show to everyone');
    return [...toRows([...again, ...show]), ...(await renderMenu({ type: 'model', subject, part }, signal))];
  };
}
