import { expect, it } from 'vitest';
import { rowsWithout } from '../../../../adapters/discord/interactions/rows-without.ts';

const button = (custom_id: string) => ({ type: 2, id: 4, style: 2, label: 'Button', custom_id });

it('takes one button away and leaves everything else as Discord has it', () => {
  const link = { type: 2, style: 5, label: 'Link', url: 'https://example.com' };
  const rows = [
    { type: 1, id: 1, components: [button('again'), button('show'), link] },
    { type: 1, components: [button('model')] },
  ];
  expect(rowsWithout(rows, 'show')).toEqual([
    { type: 1, id: 1, components: [button('again'), link] },
    { type: 1, components: [button('model')] },
  ]);
});

it('takes a row away that has nothing else', () => {
  expect(rowsWithout([{ type: 1, components: [button('show')] }], 'show')).toEqual([]);
});

it('says that it cannot read other kinds of rows', () => {
  expect(rowsWithout([{ type: 17 }], 'show')).toBeNull();
});
