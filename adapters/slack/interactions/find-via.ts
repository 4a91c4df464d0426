import type { Workspaces } from '../workspaces/workspace.ts';
import type { Interaction } from './decode-interaction.ts';

/** The workspace through which the app acts for an interaction; null where it is installed in none. Rejects as the store does. */
export async function findVia(
  workspaces: Workspaces,
  { teams }: Pick<Interaction, 'teams'>,
  signal: AbortSignal,
): Promise<string | null> {
  for (const { team, enterprise } of teams) {
    if ((await workspaces.find(team, enterprise, signal)) !== null) return team;
  }
  return null;
}
