import { composeMessages } from './compose-messages.ts';
import type { VisionRequest } from './vision-model.ts';

/** What the vendors say of English (https://platform.openai.com/tokenizer); other writing has about one token for each sign and a half. */
const asciiPerToken = 4;
const othersPerToken = 1.5;

/** How many tokens the words of a question are, with all that goes along with it. An estimate: every vendor counts in its own way. */
export function estimateTextTokens(request: VisionRequest): number {
  const { instructions, messages } = composeMessages(request);
  const texts = messages.flatMap((message) =>
    message.role === 'answered'
      ? [message.text]
      : message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])),
  );
  return [instructions, ...texts].reduce((sum, text) => sum + countTokens(text), 0);
}

function countTokens(text: string): number {
  let ascii = 0;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) < 128) ascii += 1;
  return Math.ceil(ascii / asciiPerToken + (text.length - ascii) / othersPerToken);
}
