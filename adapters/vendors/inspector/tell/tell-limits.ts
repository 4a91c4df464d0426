const otherModel =
  'Whoever runs this bot can add a model that does, for example by setting `OPENAI_API_KEY` or the key of another vendor.';

/** Who speaks, for questions about that. */
export const tellSelf = `I am the built-in inspector, not an AI model: I measure pictures and read what is printed in them. I tell file facts, colours, brightness and sharpness, camera notes, text, QR and bar codes, and how pictures differ. I do not recognise what a picture shows. ${otherModel}`;

/** At the end of the first overview of a conversation. */
export const tellLimits = `*I am the built-in inspector: I measure and read, but do not recognise what a picture shows. ${otherModel}*`;

/** Before what can be told in its place. */
export const tellCannotRecognise = `I cannot tell: as the built-in inspector I measure pictures and read the text in them, but recognise no people, things, places or meanings. ${otherModel}`;

/** After the text that was to be translated. */
export const tellCannotTranslate = `I cannot translate. ${otherModel}`;

/** After the text that was to be explained. */
export const tellCannotExplain = `I read text, but do not understand or explain it. ${otherModel}`;

/** For questions that need the web. */
export const tellCannotSearch = `I cannot search the web: I only look at the picture itself. ${otherModel}`;

/** When the search is switched on and the question was answered without it. */
export const tellSearchUnused = '*Web search is on, but I cannot use it.*';

/** In place of a picture that cannot be decoded. */
export const tellUnreadable = 'This picture cannot be decoded: the file is damaged, or not what it claims to be.';

/** In place of what was told before already. */
export const tellWhatICan =
  'Ask me about its text, its QR or bar codes, colours, size, camera notes or sharpness, or how two pictures differ.';
