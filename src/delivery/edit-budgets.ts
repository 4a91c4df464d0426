import type { Clock } from '../lib/clock.ts';
import { createEditBudget, type EditBudget } from './edit-budget.ts';
import type { Outbox, OutboxLimits } from './outbox.ts';

/** The edit budgets of one platform, one for each scope that is in use. */
export type EditBudgets = {
  /** `limit`: of the places of that scope, which have the same. */
  forScope(scope: string, limit: OutboxLimits['edits']): EditBudget;
  /** How many scopes are remembered. */
  size(): number;
};

/** Scopes looked at for forgetting whenever a new one comes: more than one, so that they cannot pile up. */
const sweptAtOnce = 4;

/** No budgets yet; each is made when its scope is first used and forgotten when it is idle and its window is over. */
export function createEditBudgets(clock: Clock): EditBudgets {
  const budgets = new Map<string, EditBudget>();

  const oldest = () => {
    const entries: [string, EditBudget][] = [];
    for (const entry of budgets) {
      if (entries.length === sweptAtOnce) break;
      entries.push(entry);
    }
    return entries;
  };
  const sweep = () => {
    for (const [scope, budget] of oldest()) {
      budgets.delete(scope);
      // Those in use go to the end, so that every scope comes up in turn.
      if (!budget.isForgotten()) budgets.set(scope, budget);
    }
  };

  return {
    forScope(scope, limit) {
      const known = budgets.get(scope);
      if (known !== undefined) return known;
      sweep();
      const budget = createEditBudget(limit, clock);
      budgets.set(scope, budget);
      return budget;
    },
    size: () => budgets.size,
  };
}

/** The budgets of every platform, by its outbox. */
export function createBudgetsByOutbox(clock: Clock): (outbox: Outbox) => EditBudgets {
  const byOutbox = new Map<Outbox, EditBudgets>();
  return function budgetsOf(outbox) {
    const budgets = byOutbox.get(outbox) ?? createEditBudgets(clock);
    byOutbox.set(outbox, budgets);
    return budgets;
  };
}
