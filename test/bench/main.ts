import { cpus } from 'node:os';
import { benchAccepts } from './accepts.ts';
import { benchApi } from './api.ts';
import { benchDelivery } from './delivery.ts';
import { benchDiscord } from './discord.ts';
import type { Figure } from './figure.ts';
import { benchLiveAnswers } from './live-answers.ts';
import { benchPictures } from './pictures.ts';
import { benchSlack } from './slack.ts';
import { benchStart } from './start.ts';

type Bench = { readonly name: string; run(): Promise<Figure[]> };

const benches: readonly Bench[] = [
  { name: 'start', run: benchStart },
  { name: 'delivery', run: benchDelivery },
  { name: 'discord', run: benchDiscord },
  { name: 'slack', run: benchSlack },
  { name: 'pictures', run: benchPictures },
  { name: 'accepts', run: benchAccepts },
  { name: 'live', run: benchLiveAnswers },
  { name: 'api', run: benchApi },
];

const marks = { true: 'met', false: 'MISSED', null: '–' } as const;

function printTable(figures: readonly Figure[]): void {
  const rows = figures.map((figure) => [figure.name, figure.value, figure.goal, marks[`${figure.ok}`]]);
  const table = [['figure', 'measured', 'goal', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

const wanted = process.argv.slice(2).filter((argument) => !/^\d+$/.test(argument));
const figures: Figure[] = [];
for (const bench of benches) {
  if (wanted.length > 0 && !wanted.includes(bench.name)) continue;
  console.error(`measuring: ${bench.name} …`);
  figures.push(...(await bench.run()));
}
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}\n`);
printTable(figures);
const missed = figures.filter((figure) => figure.ok === false);
console.log(`\n${figures.length} figures, ${missed.length} short of their goal.`);
process.exit(0);
