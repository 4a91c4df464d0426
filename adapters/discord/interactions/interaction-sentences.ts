/** Everything that people are told right away, by the adapter itself. */
export const interactionSentences = {
  mayNot: 'You may not use me here.',
  busy: 'I am busy with other questions and did not take this one. Please ask again in a minute.',
  notListening: 'I am just starting or stopping. Try again in a minute.',
  notKept: 'I cannot keep anything at the moment. Try again in a minute.',
  unknownCommand: 'I do not know that command. Write /help to see what I can do.',
  unknownButton: 'I do not know that button any more. Ask your question again.',
  notYours: 'Only the person who asked, or a moderator, can do that.',
  questionGone: 'I no longer have that question. Ask it again.',
  answerEnded: 'That answer has ended already.',
  alreadyAnswering: 'I am answering that question already.',
  noPicture: 'There is no picture on that message that I can see. Use the command on a message with a picture.',
  picturesGone: 'I no longer have the pictures of that message. Use the command on it again.',
  notShown: 'I could not show that here. Try again in a minute.',
  answerGone: 'I no longer have that answer. Ask your question again.',
} as const;
