import { afterEach, describe, expect, it } from 'vitest';
import { createOutboxRig, failureOf, never, part, routes } from '../outbox-rig.ts';

const rigs: ReturnType<typeof createOutboxRig>[] = [];
afterEach(() => {
  for (const rig of rigs.splice(0)) rig.expectQuiet();
});

/** A private answer of so many messages, whose last one can be shown to everyone. */
async function startPrivate(texts: readonly string[], isMember = true) {
  const rig = createOutboxRig();
  rigs.push(rig);
  const { discord, person, channel, outbox } = rig;
  const about = discord.people.say(person, channel, { text: 'a picture' });
  const { turn, interaction } = await rig.command(channel, 'private', { about: about.id });
  const place = await outbox.open(turn, never);
  const refs: string[] = [];
  for (const [index, text] of texts.entries()) {
    refs.push(await outbox.post(place, part(text, 'streaming'), `${turn.id}:${index}`, never));
    // Through a token go five messages in two seconds.
    await rig.clock.advance(1_000);
  }
  for (const [index, text] of texts.entries()) {
    const controls = index === texts.length - 1 ? ({ type: 'again', subject: turn.subject } as const) : null;
    await outbox.edit(place, refs[index] ?? '', part(text, 'final', controls), never);
    await rig.clock.advance(1_000);
  }
  const last = discord.world.messages.get(channel.id)?.get(refs.at(-1) ?? '');
  const press = async () => {
    if (last === undefined) throw new Error('there is no answer');
    const pressed = discord.clicks.press(person, last, `show|${interaction.id}`);
    await rig.acknowledge(pressed, 'private');
    return { ...rig.toRoute(pressed, 'private'), botIsMember: isMember };
  };
  const show = async (shower = rig.shower) => shower.show(interaction.id, await press(), channel.id, never);
  const shownToAll = () => discord.screen.botMessages().filter(({ visibleTo }) => visibleTo === null);
  return {
    ...rig,
    about,
    turn,
    interaction,
    place,
    refs,
    show,
    press,
    texts: () => shownToAll().map(({ text }) => text),
    shownToAll,
  };
}

describe('showing a private answer to everyone', () => {
  it('posts its messages in order, as a reply to what it was about', async () => {
    const { show, texts, shownToAll, about, channel, discord, memory, turn } = await startPrivate(['one', 'two']);
    expect(await show()).toBe('shown');
    expect(texts()).toEqual(['one', 'two']);
    const references = shownToAll().map(
      ({ id }) => discord.world.messages.get(channel.id)?.get(id)?.reference?.messageId,
    );
    expect(references).toEqual([about.id, undefined]);
    expect(await memory.threadOfReply(shownToAll()[0]?.id ?? '')).toBe(turn.thread);
  });

  it('posts them once, however often it is pressed', async () => {
    const { show, texts, clock } = await startPrivate(['one', 'two']);
    await Promise.all([show(), show()]);
    await clock.advance(600_000);
    expect(await show()).toBe('shown');
    expect(texts()).toEqual(['one', 'two']);
  });

  it('goes on where it broke off', async () => {
    const { show, texts, discord, clock } = await startPrivate(['one', 'two']);
    discord.faults.next({ method: 'POST', path: /messages$/ }, { type: 'slow', delayMs: 0 });
    discord.faults.next({ method: 'POST', path: /messages$/ }, { type: 'refused' });
    expect(await failureOf(show())).toMatchObject({ code: 'platform-unreachable' });
    await clock.advance(600_000);
    await show();
    expect(texts()).toEqual(['one', 'two']);
  });

  it('shows what stands in the end, without what was taken away', async () => {
    const { outbox, place, refs, show, texts } = await startPrivate(['one', 'two', 'three']);
    await outbox.edit(place, refs[0] ?? '', part('one, edited'), never);
    await outbox.remove(place, refs[1] ?? '', never);
    await show();
    expect(texts()).toEqual(['one, edited', 'three']);
  });

  it('answers the press where the bot is no member, five times at the most', async () => {
    const { show, texts, count } = await startPrivate(['1', '2', '3', '4', '5'], false);
    expect(await show()).toBe('shown');
    expect(texts()).toEqual(['1', '2', '3', '4', '5']);
    expect(count('POST', routes.messages)).toBe(0);
  });

  it('answers the press where it may not post', async () => {
    const { show, texts, discord } = await startPrivate(['one']);
    discord.faults.next({ method: 'POST', path: /messages$/ }, { type: 'status', status: 403, code: 50_013 });
    await show();
    expect(texts()).toEqual(['one']);
  });

  it('does not know an answer that is still being written', async () => {
    const rig = createOutboxRig();
    rigs.push(rig);
    const { turn, interaction, route } = await rig.command(rig.channel, 'private');
    const place = await rig.outbox.open(turn, never);
    await rig.outbox.post(place, part('a bi', 'streaming'), `${turn.id}:0`, never);
    expect(await rig.shower.show(interaction.id, route, rig.channel.id, never)).toBe('unknown');
  });

  it('says that it does not remember the answer', async () => {
    const { shower, press, channel } = await startPrivate(['one']);
    expect(await shower.show('4711', await press(), channel.id, never)).toBe('unknown');
  });
});

it('says with an ellipsis that an answer was longer than what can be shown', async () => {
  const { show, texts } = await startPrivate(['1', '2', '3', '4', '5', '6'], false);
  await show();
  expect(texts()).toEqual(['1', '2', '3', '4', '5\n…']);
});
