import type { Ids } from '../../src/lib/ids.ts';

/** Identifiers that count: `token-1`, `00000000-0000-4000-8000-000000000002`, … */
export function createFakeIds(): Ids {
  let count = 0;
  const next = () => {
    count += 1;
    return count;
  };
  return {
    token: () => `token-${next()}`,
    uuid: () => `00000000-0000-4000-8000-${String(next()).padStart(12, '0')}`,
    secret: () => `secret-${String(next()).padStart(36, '0')}`,
  };
}
