/** The feature of the page "Chat with Image Models": a question about pictures. */
export const chatWithImage = 'CHAT_WITH_IMAGE';

/** The feature that replaced it on the hosted service (docs.1min.ai, "Chat with AI API"). */
export const unifyChatWithAi = 'UNIFY_CHAT_WITH_AI';

/** Every feature our own API answers. */
export const featureTypes = [chatWithImage, unifyChatWithAi] as const;

export type FeatureType = (typeof featureTypes)[number];

/** What a conversation may be created for; the last one is what older clients send. */
export const conversationTypes = [unifyChatWithAi, chatWithImage, 'CHAT_WITH_AI'] as const;
