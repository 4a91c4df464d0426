import { parseValue } from '../../../src/lib/parse-json.ts';
import { messageRowsSchema } from './interaction-wire.ts';

/** The rows under a message without one button, and without a row that has nothing else. Null when they cannot be read. */
export function rowsWithout(rows: readonly unknown[], customId: string): readonly unknown[] | null {
  const parsed = parseValue(rows, messageRowsSchema);
  if (!parsed.ok) return null;
  return parsed.value.flatMap((row) => {
    const components = row.components.filter((component) => component.custom_id !== customId);
    return components.length === 0 ? [] : [{ ...row, components }];
  });
}
