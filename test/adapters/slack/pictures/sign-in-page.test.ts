import { expect, it } from 'vitest';
import { isSignInAddress, isSignInPage } from '../../../../adapters/slack/pictures/sign-in-page.ts';

const received = (text: string, contentType = 'image/png') => ({
  bytes: new TextEncoder().encode(text),
  contentType,
});

it.each([
  '<!DOCTYPE html><html>',
  '\n  <!doctype HTML>',
  '<html lang="en">',
  '\uFEFF<!DOCTYPE html>',
  '<!-- a --><!-- b --> <HTML>',
])('knows a page by its beginning, whatever it is called: %s', (text) => {
  expect(isSignInPage(received(text), 1_000)).toBe(true);
  expect(isSignInPage(received(text), null)).toBe(true);
});

it('knows a page by its type', () => {
  expect(isSignInPage(received('Sign in', 'text/html'), null)).toBe(true);
});

it.each(['<svg xmlns="x">', '<!DOCTYPE svg>', '<?xml version="1.0"?>', '%PDF-1.7', '\x89PNG', ''])(
  'takes no other file for a page: %s',
  (text) => {
    expect(isSignInPage(received(text), 1_000)).toBe(false);
  },
);

it('takes a page for what it is when somebody has uploaded it', () => {
  const page = received('<!DOCTYPE html><html>', 'text/html');
  expect(isSignInPage(page, page.bytes.byteLength)).toBe(false);
});

it('knows where people sign in', () => {
  const isThere = (address: string) => isSignInAddress(new URL(address));
  expect(isThere('https://slack.com/?redir=%2Ffiles-pri%2FT1-F1%2Fcat.jpg')).toBe(true);
  expect(isThere('https://painters.slack.com/signin')).toBe(true);
  expect(isThere('http://127.0.0.1:1/?redir=%2F')).toBe(true);
  expect(isThere('https://slack-files.com/T1-F1')).toBe(false);
  expect(isThere('https://files.slack.com/files-pri/T1-F1/cat.jpg')).toBe(false);
  expect(isThere('https://evilslack.com/')).toBe(false);
});
