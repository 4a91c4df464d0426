import { describe, expect, it } from 'vitest';
import { guildSchema, messageSchema } from '../../../adapters/discord/wire.ts';

const head = { id: '1456100000000000101', channel_id: '1100000000000000201' };

describe('what is read of Discord', () => {
  it('is a server with its channels and roles, also where its owner is not named', () => {
    const server = guildSchema.parse({
      id: '1',
      channels: [{ id: '2', type: 0 }],
      roles: [{ id: '3', permissions: '8' }],
    });
    expect(server).toMatchObject({ channels: [{ id: '2' }], roles: [{ id: '3', permissions: 8n }] });
  });

  it('is a message of which no more is said than who wrote it where', () => {
    const message = messageSchema.parse({ ...head, author: { id: '805000000000000011' } });
    expect(message).toMatchObject({ type: 0, content: '', mentions: [], attachments: [], author: { username: '' } });
  });

  it('are attachments that have an address and nothing else', () => {
    const bare = { id: '7', url: 'https://cdn.discordapp.com/attachments/1/7/photo.png' };
    const { attachments } = messageSchema.parse({ ...head, author: { id: '8' }, attachments: [bare, { id: '9' }] });
    expect(attachments).toMatchObject([{ ...bare, filename: '' }]);
  });
});
