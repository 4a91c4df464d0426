/** Everything that people are told right away, by the adapter itself. Nothing in it needs escaping. */
export const interactionSentences = {
  mayNot: 'You may not use me here.',
  mayNotDirect: 'I may not answer you in direct messages here; mention me with the picture in a channel instead.',
  notInstalled: 'I am not installed in this workspace; ask one of its admins to install me.',
  busy: 'I am busy with other questions and did not take this one. Please ask again in a minute.',
  notKept: 'I cannot keep anything at the moment. Try again in a minute.',
  unknownCommand: 'I do not know that command. Write /help to see what I can do.',
  unknownButton: 'I do not know that button any more. Ask your question again.',
  unknownShortcut: 'I do not know that shortcut any more. Mention me with the picture instead.',
  unknownForm: 'I do not know that form any more. Ask your question again.',
  notYours: 'Only the person who asked, or somebody who manages the channel, can do that.',
  questionGone: 'That answer is too old: I no longer have its question. Ask it again.',
  answerEnded: 'That answer has ended already.',
  alreadyAnswering: 'I am answering that question already.',
  noPicture: 'There is no picture on that message that I can see. Use the shortcut on a message with a picture.',
  noPictureGiven: 'Add at least one picture.',
  picturesGone: 'I no longer have the pictures of that message. Use the shortcut on it again.',
  messageGone: 'That message is gone, so I cannot answer under it. Choose “Only me”.',
  notInChannel:
    'I am not in that channel, so I cannot answer there. Choose “Only me”, or invite me and send this again.',
  noDirectMessages: 'I cannot open our direct messages at the moment. Try again in a minute.',
  formLate: 'Slack did not let me open the form in time. Please try once more.',
  formNotOpened: 'I could not open the form. Try again in a minute.',
  newInChannel:
    'Every thread is a conversation of its own already. Slack has no slash commands in threads: to start one afresh, mention me in it with the word “new”.',
  searchInChannel:
    'Web search is set for one conversation. Slack has no slash commands in threads: mention me in one with the words “search on” or “search off”.',
  modelInThread:
    'Slack has no slash commands in threads: mention me in one with the word “model” and the model’s name.',
  searchUsage: 'Write /websearch on or /websearch off.',
} as const;

/** What the form that asks for a question says. */
export const formTexts = {
  askTitle: 'Ask about a picture',
  pointTitle: 'Ask about this image',
  noticeTitle: 'Ask about this image',
  submit: 'Ask',
  cancel: 'Cancel',
  close: 'Close',
  question: 'Your question',
  questionHint: 'What do you want to know? Leave it empty for a description.',
  pictures: 'Pictures',
  picturesHint: 'JPEG, PNG, WebP or GIF; up to ten of them, of up to 10 MB each.',
  model: 'Model',
  asUsual: 'As usual',
  visibility: 'Who sees the answer',
  everyone: 'Everyone, in the thread of that message',
  onlyMe: 'Only me, in our direct messages',
  answersDirectly: 'I answer in our direct messages, where you can go on asking about the same pictures.',
} as const;
