import type { LanguageModelV4FilePart, LanguageModelV4Prompt, LanguageModelV4TextPart } from '@ai-sdk/provider';
import type { AskedPart, ComposedQuestion } from '../../../src/engine/compose-messages.ts';

/** A question in the SDK's form, its pictures read. Rejects as reading a picture does. */
export async function toPrompt(
  { instructions, messages }: ComposedQuestion,
  signal: AbortSignal,
): Promise<LanguageModelV4Prompt> {
  const prompt: LanguageModelV4Prompt = [{ role: 'system', content: instructions }];
  for (const message of messages) {
    if (message.role === 'answered') {
      prompt.push({ role: 'assistant', content: [{ type: 'text', text: message.text }] });
      continue;
    }
    const content: (LanguageModelV4TextPart | LanguageModelV4FilePart)[] = [];
    // One after the other: together they may be tens of megabytes.
    for (const part of message.parts) content.push(await toPart(part, signal));
    prompt.push({ role: 'user', content });
  }
  return prompt;
}

async function toPart(
  part: AskedPart,
  signal: AbortSignal,
): Promise<LanguageModelV4TextPart | LanguageModelV4FilePart> {
  if (part.type === 'text') return part;
  const bytes = await part.picture.read(signal);
  // Encoded here: the SDK does it character by character.
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return { type: 'file', mediaType: part.picture.mimeType, data: { type: 'data', data } };
}
