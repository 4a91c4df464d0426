/** A line about an answer that is not the model's: short, in italics, in front of it. */
export function toNotice(sentence: string): string {
  return `_${sentence}_\n\n`;
}

const notices = /^(?:_[^\n]*_\n\n)+/;

/** What the model itself said: a model that reads such lines as its own words writes them itself from then on. */
export function withoutNotices(answer: string): string {
  return answer.replace(notices, '');
}
