import { createHash } from 'node:crypto';

const colours = [
  'Amber',
  'Azure',
  'Coral',
  'Crimson',
  'Emerald',
  'Golden',
  'Indigo',
  'Ivory',
  'Jade',
  'Lilac',
  'Olive',
  'Pearl',
  'Ruby',
  'Saffron',
  'Silver',
  'Teal',
] as const;
const animals = [
  'Badger',
  'Crane',
  'Deer',
  'Falcon',
  'Fox',
  'Hare',
  'Heron',
  'Lynx',
  'Marten',
  'Otter',
  'Owl',
  'Panda',
  'Robin',
  'Seal',
  'Swift',
  'Wren',
] as const;

/** A name for somebody who has not said theirs, such as “Amber Fox”: always the same for the same id. */
export function friendlyName(personId: string): string {
  const [first = 0, second = 0] = createHash('sha256').update(personId).digest();
  return `${colours[first % colours.length]} ${animals[second % animals.length]}`;
}
