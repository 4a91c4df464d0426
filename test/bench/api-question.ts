/** A picture of 60 KB that nobody opens: as large as what a model gets of a photo. */
export const benchPicture = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
  Buffer.from(Array.from({ length: 60_000 }, (_, index) => (index * 7_919) % 251)),
]);

/** What is asked about it. */
export const benchPrompt = 'What do you see in this image? Please describe the scene in detail.';

/** The request as OpenAI's API takes it, for whoever asks without any library. */
export const vendorBody = JSON.stringify({
  model: 'gpt-4o',
  stream: true,
  stream_options: { include_usage: true },
  messages: [
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: `data:image/jpeg;base64,${benchPicture.toString('base64')}` } },
        { type: 'text', text: benchPrompt },
      ],
    },
  ],
});

/** The request as our own API takes it, on its own or within a conversation. */
export const ownBody = (imageKey: string) =>
  JSON.stringify({
    type: 'UNIFY_CHAT_WITH_AI',
    model: 'gpt-4o',
    promptObject: { prompt: benchPrompt, attachments: { images: [imageKey] } },
  });
