import type { Clock } from '../lib/clock.ts';
import { createEditBudgets, type EditBudgets } from './edit-budgets.ts';
import type { Outbox } from './outbox.ts';

/** The edit budgets of each platform, made from the limits it declares when its first answer is delivered. */
export function createPlatformBudgets(clock: Clock): (outbox: Outbox) => EditBudgets {
  const budgets = new WeakMap<Outbox, EditBudgets>();
  return (outbox) => {
    const known = budgets.get(outbox) ?? createEditBudgets(outbox.limits.edits, clock);
    budgets.set(outbox, known);
    return known;
  };
}
