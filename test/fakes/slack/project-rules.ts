import { type JsonObject, toObjects, toText } from '../discord/json.ts';
import type { Arguments } from './arguments.ts';
import { type BlockText, textsOfBlocks } from './block-texts.ts';
import { bareCharacters, callsIn, maskedLinks } from './markup.ts';

/** The project's own rules for what it sends; each can be switched off. */
export type ProjectRules = {
  /** New messages say `unfurl_links: false` and `unfurl_media: false`. */
  unfurlsNothing: boolean;
  /** Nobody is called: no `<!channel>`, `<@U…>` and the like, no `link_names`, no `parse: full`. */
  callsNobody: boolean;
  /** No link whose words are not its address. */
  masksNoLinks: boolean;
  /** `&` and `<` are escaped wherever Slack's own markup goes. */
  escapesText: boolean;
  /** The bearer goes to the API and to the file host, and nowhere else. */
  guardsBearer: boolean;
};

/** Something that was sent against a rule of Slack's or the project's. */
export type Violation = { readonly method: string; readonly rule: keyof ProjectRules; readonly message: string };

/** Methods whose text only goes on with what is there; who takes it judges the whole. */
const continuing: readonly string[] = ['chat.appendStream', 'chat.stopStream'];

/** Methods that make a message which could show previews. */
const posting: readonly string[] = ['chat.postMessage', 'chat.scheduleMessage', 'response_url'];

function textsOf(args: Arguments, continues: boolean): readonly BlockText[] {
  const chunks = toObjects(args.json('chunks'));
  const markdown = continues ? [] : [args.text('markdown_text'), ...chunks.map((chunk) => toText(chunk['text']))];
  const texts = [
    { text: args.text('text'), notation: 'mrkdwn' },
    ...markdown.map((text) => ({ text, notation: 'markdown' }) as const),
  ] as const;
  return [
    ...texts.flatMap(({ text, notation }) => (text === null ? [] : [{ text, notation }])),
    ...textsOfBlocks(toObjects(args.json('blocks'))),
    ...chunks.flatMap((chunk) => textsOfBlocks(toObjects(chunk['blocks']))),
    ...toObjects(args.json('attachments')).flatMap(ofAttachment),
  ];
}

function ofAttachment(attachment: JsonObject): readonly BlockText[] {
  const text = toText(attachment['text']);
  return [
    ...(text === null ? [] : [{ text, notation: 'mrkdwn' } as const]),
    ...textsOfBlocks(toObjects(attachment['blocks'])),
  ];
}

/** What a call says against the rules that are switched on. */
export function violationsOf(method: string, args: Arguments, rules: ProjectRules): readonly Violation[] {
  const found: Violation[] = [];
  const say = (rule: keyof ProjectRules, message: string) => {
    if (rules[rule]) found.push({ method, rule, message });
  };
  if (posting.includes(method)) {
    for (const name of ['unfurl_links', 'unfurl_media']) {
      if (args.flag(name) !== false) say('unfurlsNothing', `${name} is not false`);
    }
  }
  if (args.flag('link_names') === true) say('callsNobody', 'link_names is set');
  if (args.text('parse') === 'full') say('callsNobody', 'parse is full');
  return [...found, ...violationsInTexts(method, textsOf(args, continuing.includes(method)), rules)];
}

/** What Markdown says against the rules: for a stream, whose text is judged as a whole. */
export function violationsInMarkdown(method: string, text: string, rules: ProjectRules): readonly Violation[] {
  return violationsInTexts(method, [{ text, notation: 'markdown' }], rules);
}

function violationsInTexts(method: string, texts: readonly BlockText[], rules: ProjectRules): readonly Violation[] {
  return texts.flatMap(({ text, notation }): readonly Violation[] => {
    if (notation === 'plain') return [];
    const calls = rules.callsNobody ? callsIn(text, notation) : [];
    const links = rules.masksNoLinks ? maskedLinks(text, notation) : [];
    const bare = rules.escapesText && notation === 'mrkdwn' ? bareCharacters(text) : [];
    return [
      ...bare.map((each) => ({ method, rule: 'escapesText', message: `the text is not escaped: ${each}` }) as const),
      ...calls.map((call) => ({ method, rule: 'callsNobody', message: `the text calls ${call}` }) as const),
      ...links.map(
        (link) => ({ method, rule: 'masksNoLinks', message: `the text hides an address: ${link}` }) as const,
      ),
    ];
  });
}
