import { describe, expect, it } from 'vitest';
import { pickImages } from '../../../src/images/pick-images.ts';

const picture = (id: string) => ({ id, name: `${id}.png`, sizeBytes: null, locator: id });

describe('pickImages', () => {
  it('takes the message’s own pictures before all others', () => {
    const picked = pickImages({ own: [picture('a')], quoted: [picture('b')], earlier: ['c'] });
    expect(picked).toEqual({ type: 'images', from: 'own', images: [picture('a')] });
  });

  it('takes the pictures of the message that is replied to when it has none of its own', () => {
    const picked = pickImages({ own: [], quoted: [picture('b'), picture('d')], earlier: ['c'] });
    expect(picked).toEqual({ type: 'images', from: 'quoted', images: [picture('b'), picture('d')] });
  });

  it('takes the conversation’s last pictures when the message brings none', () => {
    expect(pickImages({ own: [], quoted: [], earlier: ['c'] })).toEqual({ type: 'earlier', keys: ['c'] });
  });

  it('finds nothing where there is nothing', () => {
    expect(pickImages({ own: [], quoted: [], earlier: [] })).toEqual({ type: 'none' });
  });
});
