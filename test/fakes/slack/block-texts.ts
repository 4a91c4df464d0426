import { type JsonObject, toObject, toObjects, toText } from '../discord/json.ts';
import type { Notation } from './markup.ts';

/** A piece of text in blocks, and how it is read; `plain` is shown as it stands. */
export type BlockText = { readonly text: string; readonly notation: Notation | 'plain' };

function ofTextObject(value: unknown): readonly BlockText[] {
  const object = toObject(value);
  const text = toText(object['text']);
  if (text === null) return [];
  return [{ text, notation: object['type'] === 'mrkdwn' ? 'mrkdwn' : 'plain' }];
}

/** Rich text as the markup that would give the same. */
function ofRichText(elements: readonly JsonObject[]): string {
  return elements
    .map((element) => {
      switch (element['type']) {
        case 'user':
          return `<@${toText(element['user_id']) ?? ''}>`;
        case 'usergroup':
          return `<!subteam^${toText(element['usergroup_id']) ?? ''}>`;
        case 'broadcast':
          return `<!${toText(element['range']) ?? ''}>`;
        case 'link': {
          const url = toText(element['url']) ?? '';
          const words = toText(element['text']);
          return words === null ? url : `<${url}|${words}>`;
        }
        case 'emoji':
          return `:${toText(element['name']) ?? ''}:`;
        case 'text':
          return (toText(element['text']) ?? '')
            .replaceAll('&', '&amp;')
            .replaceAll('<', '&lt;')
            .replaceAll('>', '&gt;');
        default:
          return `${ofRichText(toObjects(element['elements']))}\n`;
      }
    })
    .join('');
}

function ofTable(block: JsonObject): readonly BlockText[] {
  const rows = Array.isArray(block['rows']) ? block['rows'] : [];
  return rows.flatMap((row: unknown) =>
    toObjects(row).flatMap((cell): readonly BlockText[] =>
      cell['type'] === 'rich_text'
        ? [{ text: ofRichText(toObjects(cell['elements'])).trim(), notation: 'mrkdwn' }]
        : [{ text: toText(cell['text']) ?? '', notation: 'plain' }],
    ),
  );
}

/** The texts that people read in blocks, in order; labels of buttons and menus are not among them. */
export function textsOfBlocks(blocks: readonly JsonObject[]): readonly BlockText[] {
  return blocks.flatMap((block): readonly BlockText[] => {
    switch (block['type']) {
      case 'section':
        return [...ofTextObject(block['text']), ...toObjects(block['fields']).flatMap(ofTextObject)];
      case 'header':
      case 'alert':
        return ofTextObject(block['text']);
      case 'context':
        return toObjects(block['elements']).flatMap(ofTextObject);
      case 'markdown':
        return [{ text: toText(block['text']) ?? '', notation: 'markdown' }];
      case 'rich_text':
        return [{ text: ofRichText(toObjects(block['elements'])).trim(), notation: 'mrkdwn' }];
      case 'table':
        return ofTable(block);
      case 'image':
        return ofTextObject(block['title']);
      case 'task_card':
        return [{ text: toText(block['title']) ?? '', notation: 'plain' }];
      default:
        return [];
    }
  });
}

/** Every element that people can press or choose from, with the block it is in. */
export function elementsOfBlocks(
  blocks: readonly JsonObject[],
): readonly { readonly blockId: string; readonly element: JsonObject }[] {
  return blocks.flatMap((block) => {
    const blockId = toText(block['block_id']) ?? '';
    const single = block['type'] === 'section' ? block['accessory'] : block['element'];
    const elements = ['actions', 'context_actions'].includes(toText(block['type']) ?? '')
      ? toObjects(block['elements'])
      : toObjects([single]);
    return elements.map((element) => ({ blockId, element }));
  });
}
