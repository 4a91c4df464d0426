import type { DatabaseSync } from 'node:sqlite';

/**
 * Brings one component's tables up to date: runs the steps it has not run yet, in order, in one transaction. Steps are only
 * ever appended. Safe to call at every start.
 */
export function migrate(database: DatabaseSync, component: string, steps: readonly string[]): void {
  database.exec(
    'CREATE TABLE IF NOT EXISTS schema_versions (component TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT',
  );
  database.exec('BEGIN IMMEDIATE');
  try {
    const row = database.prepare('SELECT version FROM schema_versions WHERE component = ?').get(component);
    for (const step of steps.slice(Number(row?.['version'] ?? 0))) database.exec(step);
    database
      .prepare(
        'INSERT INTO schema_versions VALUES (?, ?) ON CONFLICT (component) DO UPDATE SET version = excluded.version',
      )
      .run(component, steps.length);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
