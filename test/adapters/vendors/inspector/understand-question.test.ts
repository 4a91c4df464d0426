import { describe, expect, it } from 'vitest';
import { findTopics } from '../../../../adapters/vendors/inspector/topics.ts';
import { understandQuestion } from '../../../../adapters/vendors/inspector/understand-question.ts';
import type { PastTurn, RequestPicture } from '../../../../src/engine/vision-model.ts';
import { toPast, toRequest } from './ask.ts';
import { toPicture } from './make-pictures.ts';

const one = toPicture('one', new Uint8Array([1]));
const two = toPicture('two', new Uint8Array([2]));
const three = toPicture('three', new Uint8Array([3]));

describe('what a question is about', () => {
  it.each([
    ['What is this?', ['overview']],
    ['what is in this picture', ['overview']],
    ['Describe this picture: what it shows, any text in it, and what stands out.', ['overview']],
    [
      'Describe each of these pictures in order: what it shows and any text in it. Then say how they differ.',
      ['overview', 'difference'],
    ],
    ['Was ist das?', ['overview']],
    ["Qu'est-ce que c'est ?", ['overview']],
    ['¿Qué es esto?', ['overview']],
    ['what does the sign say?', ['text']],
    ['Was steht da?', ['text']],
    ['read it to me', ['text']],
    ['Translate the menu', ['text', 'translation']],
    ['which colours are in it?', ['colours']],
    ['What color is it', ['colours']],
    ['Describe the colours', ['colours']],
    ['Welche Farben?', ['colours']],
    ['¿Qué colores tiene?', ['colours']],
    ['how big is it?', ['file']],
    ['How big?', ['file']],
    ['what format is the file', ['file']],
    ['when was this taken?', ['camera']],
    ['where was this taken?', ['place']],
    ['is there a QR code?', ['codes']],
    ['is it blurry?', ['quality']],
    ['what is the difference?', ['difference']],
    ['Where do they differ?', ['difference']],
    ['search the web for this', ['web-search']],
    ['who are you?', ['self']],
    ['thank you!', ['small-talk']],
    ['ok, and what does it say?', ['text']],
    ['is that my neighbour?', []],
    ['how many sheep do you count', []],
  ])('understands “%s”', (question, topics) => {
    expect(findTopics(question)).toEqual(topics);
  });
});

describe('which pictures a question is about', () => {
  const chosen = (prompt: string, pictures: readonly RequestPicture[], history: readonly PastTurn[] = []) =>
    understandQuestion(toRequest(prompt, pictures, history)).pictures.map(({ name }) => name);

  it.each([
    ['what is this?', ['Picture 1', 'Picture 2', 'Picture 3']],
    ['what does the second picture say?', ['Picture 2']],
    ['colours of picture 3', ['Picture 3']],
    ['what is in #2?', ['Picture 2']],
    ['the last one: what colours?', ['Picture 3']],
    ['compare the first and the third', ['Picture 1', 'Picture 3']],
    ['what does the second sign say?', ['Picture 1', 'Picture 2', 'Picture 3']],
    ['Was steht auf dem zweiten Bild?', ['Picture 2']],
    ['colours of picture 9', []],
  ])('reads it from “%s”', (prompt, names) => {
    expect(chosen(prompt, [one, two, three])).toEqual(names);
  });

  it('names positions that do not exist', () => {
    expect(understandQuestion(toRequest('colours of picture 9', [one, two])).missing).toEqual([9]);
  });

  it('stays with the picture that was spoken of', () => {
    const history = [toPast('what colours has the second picture?', [one, two])];
    expect(chosen('and what does it say?', [one, two], history)).toEqual(['Picture 2']);
    expect(chosen('and both?', [one, two], history)).toEqual(['Picture 1', 'Picture 2']);
  });

  it('turns to the other picture with the same topic', () => {
    const history = [toPast('what does the sign in the first picture say?', [one, two])];
    const question = understandQuestion(toRequest('and the other one?', [one, two], history));
    expect(question.topics).toEqual(['text']);
    expect(question.pictures.map(({ name }) => name)).toEqual(['Picture 2']);
  });

  it('goes back to an earlier picture', () => {
    const history = [toPast('which colours?', [one])];
    const question = understandQuestion(toRequest('and the previous picture?', [two], history));
    expect(question.topics).toEqual(['colours']);
    expect(question.pictures.map(({ picture }) => picture.key)).toEqual(['one']);
  });

  it('takes a new picture for the other one, and without one goes back to the one before', () => {
    const history = [toPast('which colours?', [one])];
    const keysOf = (pictures: readonly RequestPicture[], past: readonly PastTurn[]) =>
      understandQuestion(toRequest('and the other picture?', pictures, past)).pictures.map(
        ({ picture }) => picture.key,
      );
    expect(keysOf([two], history)).toEqual(['two']);
    expect(keysOf([], [...history, toPast('and this one?', [two])])).toEqual(['one']);
  });

  it('is about the last pictures when the question brings none', () => {
    const history = [toPast('what is this?', [one]), toPast('and these?', [two, three])];
    expect(chosen('and what does the sign say?', [], history)).toEqual(['Picture 1', 'Picture 2']);
    expect(chosen('which colours has the second one?', [], history)).toEqual(['Picture 2']);
    const narrowed = [...history, toPast('which colours has the second one?', [])];
    expect(understandQuestion(toRequest('and what does it say?', [], narrowed)).pictures).toEqual([
      { name: 'Picture 2', picture: three },
    ]);
  });

  it('compares the last two pictures when the question brings none', () => {
    const history = [toPast('what is this?', [one]), toPast('and this?', [two])];
    const { pictures } = understandQuestion(toRequest('what is the difference?', [], history));
    expect(pictures.map(({ picture }) => picture.key)).toEqual(['one', 'two']);
  });

  it('takes new pictures for what a new question is about', () => {
    const history = [toPast('what colours has the second picture?', [one, two])];
    expect(chosen('and the colours?', [three], history)).toEqual(['Picture 1']);
  });

  it.each(['how many sheep?', 'and who is that?', 'is it him in both?'])(
    'does not repeat itself for “%s”',
    (prompt) => {
      const history = [toPast('which colours?', [one])];
      expect(understandQuestion(toRequest(prompt, [one], history)).topics).toEqual(['recognise']);
    },
  );

  it('does not take an unrelated question for a follow-up', () => {
    const history = [toPast('which colours?', [one])];
    const question = understandQuestion(toRequest('is that my neighbour from the second floor?', [one], history));
    expect(question.topics).toEqual(['recognise']);
  });
});
