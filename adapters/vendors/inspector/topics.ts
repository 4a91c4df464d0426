/** What a question can be about, in the order it is answered. */
const topics = [
  'self',
  'small-talk',
  'overview',
  'recognise',
  'text',
  'translation',
  'explanation',
  'codes',
  'colours',
  'file',
  'camera',
  'place',
  'quality',
  'difference',
  'web-search',
] as const;

export type Topic = (typeof topics)[number];

/** A picture as people call it; German, French and Spanish are understood a little. */
export const pictureNoun =
  '(?:pictures?|images?|photos?|pics?|photographs?|screenshots?|ones?|file|bild(?:er)?|fotos?|imagen(?:es)?)';

const endOfQuestion = '(?=[\\s?.!,:;]*$)';
const thisPicture = `(?:(?:the|this|that|my|these|those|each(?: of these)?|both|all|das|dieses|diese|cette|la|las|l|esta|estas)\\s+)?(?:(?:first|second|third|other|last|two)\\s+)?${pictureNoun}`;

/** Patterns over a question in small letters, without accents. */
const patterns: Readonly<Record<Exclude<Topic, 'recognise'>, RegExp>> = {
  self: /\b(?:(?:who|what) are you|(?:which|what) model|are you (?:an? )?(?:ai|bot|model|human|real)|what can you do|wer bist du|qui es-tu|quien eres)\b/,
  'small-talk':
    /^\W*(?:thanks?(?: you)?|thank you|thx|cheers|danke|merci|gracias|ok(?:ay)?|great|cool|nice|perfect|hi|hello|hey|hallo|bonjour|hola)\b(?:\s+\w+){0,2}\W*$/,
  overview: new RegExp(
    [
      `\\b(?:what|whats|what's)\\s*(?:is|are)?\\s*(?:this|that|it|these|those|shown|(?:in|on) (?:it|them|here|${thisPicture})|here)\\b(?:\\s+${pictureNoun}(?:\\s+(?:of|about))?)?${endOfQuestion}`,
      `\\b(?:describe|analy[sz]e|explain|inspect|summari[sz]e|look at|caption|beschreib\\w*|decri\\w*|describ\\w*)\\s+(?:me\\s+)?(?:${thisPicture}|(?:it|this|that|these|them|was|ce)\\b)`,
      `\\b(?:describe|analy[sz]e|caption|beschreib\\w*|decri\\w*)${endOfQuestion}`,
      'what (?:do|can) you (?:see|tell|find)',
      'what (?:does|do) (?:it|this|that|they|the \\w+) (?:show|depict)',
      'tell me (?:more|everything|something|about)',
      '\\balt[ -]text\\b',
      '\\bwas (?:ist|siehst|zeigt)\\b',
      "qu'?est[- ]ce|que vois|que montre",
      '\\bque (?:es|ves|hay|muestra)\\b',
    ].join('|'),
  ),
  text: /\b(?:texts?|words?|written|writing|reads?|says?|said|saying|signs?|letters?|letterings?|ocr|captions?|headlines?|titles?|labels?|transcri\w*|spell\w*|errors?|messages?|receipt|invoice|menu|quotes?|subtitles?|steht|stehen|lies|lesen|schild\w*|texte|lis|lire|ecrit|dit|panneau|texto|lee|leer|dice|escrito|letrero|cartel|source code|snippet)\b/,
  translation: /\b(?:translat\w*|ubersetz\w*|tradui\w*|traduc\w*|in english|auf deutsch|en francais|en espanol)\b/,
  explanation:
    /\b(?:explain\w*|mean(?:s|ing)?|understand|solve|fix|summari[sz]e|erklar\w*|bedeut\w*|expli(?:que|car)\w*|signifi\w*)\b/,
  codes:
    /\b(?:qr\w*|bar ?codes?|strichcodes?|codes? barres?|codigos?|scan(?:ned)?|ean|isbn|data ?matrix|(?:the|this|a|any|der|le) codes?)\b/,
  colours: /\b(?:colou?r(?:s|ed|ful|fulness)?|palettes?|hues?|shades?|hex|rgb|tint|farb\w*|couleurs?|colores|tonos?)\b/,
  file: new RegExp(
    [
      '\\b(?:size|sizes|dimensions?|resolutions?|width|height|pixels?|megapixels?|(?:file )?formats?|file ?(?:type|info|size)|bytes|kilobytes|megabytes|[kmp]b|px|aspect(?: ratio)?|orientation|animat\\w*|frames?|transparen\\w*|alpha|(?:jpe?g|png|webp|gif)\\b)',
      `how (?:big|large|wide|tall|high|heavy) (?:is|are) (?:it|this|that|they|these|${thisPicture})`,
      '^\\W*(?:and )?how (?:big|large|wide|tall|high|heavy)\\W*$',
      '\\b(?:type|kind) of (?:file|image|picture)\\b|gro(?:ß|ss)e\\b|abmessung\\w*|auflosung|dateityp|taille|tamano|resolucion|formato|\\bwie gro(?:ß|ss)',
    ].join('|'),
  ),
  camera:
    /\b(?:cameras?|exif|meta ?data|lens|iso|aperture|f-?(?:number|stop)|shutter(?: speed)?|exposure time|focal|when (?:was|were|did)|(?:taken|shot|made|photographed) (?:with|on|at|by|when)|what (?:date|day|year|time)|date|kamera|objektiv|wann|aufgenommen|appareil|quand|camara|cuando)\b/,
  place:
    /\b(?:where (?:was|were|is|are|did|am) (?!they? differ)|whereabouts|gps|geo\w*|locations?|coordinates|latitude|which (?:city|country|place|street)|what (?:city|country|place)|wo (?:ist|wurde|war|sind)|ou (?:est|a|se)|donde)\b/,
  quality:
    /\b(?:bright\w*|dark(?:er|ness)?|lighting|exposed|overexposed|underexposed|blur\w*|sharp\w*|(?:in|out of) focus|focus(?:ed)?|quality|contrast|nois[ey]\w*|grainy|clear enough|hell\w*|dunkel|(?:un)?scharf\w*|qualitat|luminos\w*|floue?|nett?e?|qualite|brillo|borros\w*|nitid\w*|calidad)\b/,
  difference:
    /\b(?:compar\w*|differ\w*|same|identical|changed?|changes|versus|vs|alike|similar\w*|(?:un)?gleich\w*|unterschied\w*|unterscheid\w*|vergleich\w*|memes?|iguales?|diferen\w*|distint\w*)\b/,
  'web-search':
    /\b(?:search|google|bing|look (?:it|this|that|them) up|(?:on|from) the (?:web|internet|net)|online|reverse image|news about|such(?:e|en)? im|im (?:netz|internet)|sur internet|en internet|busca\w*)\b/,
};

/** Told in an overview already, when the question asks for one. */
const partsOfOverview: ReadonlySet<Topic> = new Set(['text', 'explanation', 'codes', 'colours', 'file', 'quality']);

/** Asks for what only a model that recognises things could tell. */
const recognisePattern =
  /\b(?:who|whose|why|how (?:many|much|old)|(?:what|which) (?:kind|sort|breed|species|brand|animal|person)|(?:is|are) (?:it|this|that|there|they|these|those|he|she)|wer|warum|wie viele|pourquoi|combien|quien|cuant[oa]s)\b/;

/** Whether a question asks for what cannot be measured. */
export function asksToRecognise(question: string): boolean {
  return recognisePattern.test(toPlain(question));
}

/** A question in small letters, without accents, so that one pattern fits all ways to write it. */
export function toPlain(question: string): string {
  return question.slice(0, 4_000).toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/[‘’]/g, "'");
}

/** What a question is about; empty when none of it is understood. */
export function findTopics(question: string): Topic[] {
  const plain = toPlain(question);
  const found = topics.filter((topic) => topic !== 'recognise' && patterns[topic].test(plain));
  return found.includes('overview') ? found.filter((topic) => !partsOfOverview.has(topic)) : found;
}
