import { Client, GatewayIntentBits, Partials } from 'discord.js';
import { expect, it, onTestFinished } from 'vitest';
import { createSystemClock } from '../../../src/lib/clock.ts';
import { createFakeDiscord } from './fake-discord.ts';
import { listenAsDiscord } from './listen.ts';

const intents = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.MessageContent,
];

async function start() {
  const clock = createSystemClock();
  const discord = createFakeDiscord({
    clock,
    privileged: { messageContent: true },
    projectRules: { mentionsNobody: false, suppressesEmbeds: false, enforcesNonce: false },
  });
  const guild = discord.places.createGuild();
  const channel = discord.places.createChannel(guild);
  const person = discord.places.createPerson();
  discord.places.join(guild, person);
  const addresses = await listenAsDiscord(discord, clock);
  const client = new Client({ intents, partials: [Partials.Channel], rest: { api: addresses.apiUrl } });
  onTestFinished(async () => {
    await client.destroy();
    await addresses.close();
  });
  const ready = new Promise((resolve) => client.once('clientReady', resolve));
  await client.login(discord.token);
  await ready;
  return { discord, guild, channel, person, client };
}

const texts = (discord: Awaited<ReturnType<typeof start>>['discord']) =>
  discord.screen.botMessages().map((message) => message.text);

it('lets the unpatched client log in, hear a mention, reply and edit', async () => {
  const { discord, channel, person, client } = await start();
  client.on('messageCreate', async (message) => {
    if (!message.mentions.has(client.user?.id ?? '')) return;
    const reply = await message.reply('one moment');
    await reply.edit('a red bicycle');
  });
  discord.people.say(person, channel, { text: 'what is this?', mentionsBot: true });
  await expect.poll(() => texts(discord)).toEqual(['a red bicycle']);
});

it('lets it answer a slash command', async () => {
  const { discord, channel, person, client } = await start();
  await client.application?.commands.set([{ name: 'ask', description: 'Ask about a picture' }]);
  client.on('interactionCreate', async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply();
    await interaction.editReply('a blue door');
    await interaction.followUp({ content: 'and a cat', flags: 64 });
  });
  discord.clicks.slash(person, channel, { name: 'ask' });
  await expect.poll(() => texts(discord)).toEqual(['a blue door', 'and a cat']);
});

it('lets it resume after a cut, and hear what it missed', async () => {
  const { discord, channel, person, client } = await start();
  const heard: string[] = [];
  client.on('messageCreate', (message) => {
    heard.push(message.content);
  });
  discord.gateway.cut();
  discord.people.say(person, channel, { text: 'said in between' });
  await expect.poll(() => heard).toEqual(['said in between']);
  expect(discord.gateway.log().filter((entry) => entry.type === 'identify')).toHaveLength(1);
});
