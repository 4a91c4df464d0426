/** A text in the languages that the bot's commands speak. Spanish is the same for Spain and for Latin America. */
export type CommandText = {
  readonly en: string;
  readonly de: string;
  readonly fr: string;
  readonly es: string;
  readonly ja: string;
};

/** What a command or an option is called, and what it is for. */
export type LabelTexts = { readonly name: CommandText; readonly description: CommandText };

/** The second, third and fourth picture: `image2`, … */
function furtherImage(number: 2 | 3 | 4): LabelTexts {
  const suffix = `${number}`;
  return {
    name: {
      en: `image${suffix}`,
      de: `bild${suffix}`,
      fr: `image${suffix}`,
      es: `imagen${suffix}`,
      ja: `画像${suffix}`,
    },
    description: {
      en: 'Another picture for the same question',
      de: 'Ein weiteres Bild zur selben Frage',
      fr: 'Une autre image pour la même question',
      es: 'Otra imagen para la misma pregunta',
      ja: '同じ質問に添えるもう1枚の画像',
    },
  };
}

/** `/ask` and its options. */
export const askTexts = {
  command: {
    name: { en: 'ask', de: 'fragen', fr: 'demander', es: 'preguntar', ja: '質問する' },
    description: {
      en: 'Ask a question about a picture',
      de: 'Eine Frage zu einem Bild stellen',
      fr: 'Poser une question sur une image',
      es: 'Hacer una pregunta sobre una imagen',
      ja: '画像について質問します',
    },
  },
  image: {
    name: { en: 'image', de: 'bild', fr: 'image', es: 'imagen', ja: '画像' },
    description: {
      en: 'The picture to look at: JPEG, PNG, WebP or GIF',
      de: 'Das Bild, um das es geht: JPEG, PNG, WebP oder GIF',
      fr: 'L’image à regarder : JPEG, PNG, WebP ou GIF',
      es: 'La imagen que hay que mirar: JPEG, PNG, WebP o GIF',
      ja: '見てほしい画像（JPEG、PNG、WebP、GIF）',
    },
  },
  question: {
    name: { en: 'question', de: 'frage', fr: 'question', es: 'pregunta', ja: '質問' },
    description: {
      en: 'What you want to know; without it the picture is described',
      de: 'Was du wissen möchtest; ohne Frage wird das Bild beschrieben',
      fr: 'Ce que vous voulez savoir ; sans question, l’image est décrite',
      es: 'Lo que quieres saber; sin pregunta, se describe la imagen',
      ja: '知りたいこと。空欄なら画像の説明をします',
    },
  },
  image2: furtherImage(2),
  image3: furtherImage(3),
  image4: furtherImage(4),
} as const satisfies Record<string, LabelTexts>;

/** `/model`, its options, and the choices of its scope. */
export const modelTexts = {
  command: {
    name: { en: 'model', de: 'modell', fr: 'modèle', es: 'modelo', ja: 'モデル' },
    description: {
      en: 'See the models, or switch to another one',
      de: 'Die Modelle ansehen oder zu einem anderen wechseln',
      fr: 'Voir les modèles ou en changer',
      es: 'Ver los modelos o cambiar a otro',
      ja: 'モデルの一覧を見る、または切り替えます',
    },
  },
  name: {
    name: { en: 'name', de: 'name', fr: 'nom', es: 'nombre', ja: '名前' },
    description: {
      en: 'The model to switch to; without it all of them are listed',
      de: 'Das Modell, zu dem gewechselt wird; ohne Angabe werden alle aufgelistet',
      fr: 'Le modèle à utiliser ; sans nom, tous sont affichés',
      es: 'El modelo que se va a usar; sin nombre, se muestran todos',
      ja: '切り替え先のモデル。空欄なら一覧を表示します',
    },
  },
  scope: {
    name: { en: 'scope', de: 'bereich', fr: 'portée', es: 'ámbito', ja: '範囲' },
    description: {
      en: 'Where the switch applies',
      de: 'Wo der Wechsel gelten soll',
      fr: 'Là où le changement s’applique',
      es: 'Dónde se aplica el cambio',
      ja: '切り替えを適用する範囲',
    },
  },
} as const satisfies Record<string, LabelTexts>;

/** Whom a switch of the model is for. */
export const modelScopeTexts = {
  thread: {
    en: 'this conversation',
    de: 'diese Unterhaltung',
    fr: 'cette conversation',
    es: 'esta conversación',
    ja: 'この会話',
  },
  me: {
    en: 'whenever I ask',
    de: 'immer, wenn ich frage',
    fr: 'chaque fois que je demande',
    es: 'siempre que yo pregunte',
    ja: '自分の質問すべて',
  },
  channel: { en: 'this channel', de: 'dieser Kanal', fr: 'ce salon', es: 'este canal', ja: 'このチャンネル' },
  server: { en: 'this server', de: 'dieser Server', fr: 'ce serveur', es: 'este servidor', ja: 'このサーバー' },
} as const satisfies Record<string, CommandText>;

/** `/new`. */
export const newTexts = {
  command: {
    name: { en: 'new', de: 'neu', fr: 'nouveau', es: 'nuevo', ja: '新規' },
    description: {
      en: 'Start afresh here: earlier pictures and questions are left behind',
      de: 'Hier neu anfangen: frühere Bilder und Fragen zählen nicht mehr',
      fr: 'Repartir de zéro ici : les images et questions précédentes sont oubliées',
      es: 'Empezar de nuevo aquí: las imágenes y preguntas anteriores ya no cuentan',
      ja: 'ここまでの画像と質問を忘れて、新しく始めます',
    },
  },
} as const satisfies Record<string, LabelTexts>;

/** `/search` and its option. */
export const searchTexts = {
  command: {
    name: { en: 'search', de: 'websuche', fr: 'recherche', es: 'búsqueda', ja: '検索' },
    description: {
      en: 'Say whether models may search the web in this conversation',
      de: 'Festlegen, ob Modelle in dieser Unterhaltung im Web suchen dürfen',
      fr: 'Dire si les modèles peuvent chercher sur le Web dans cette conversation',
      es: 'Decidir si los modelos pueden buscar en la web en esta conversación',
      ja: 'この会話でモデルのウェブ検索を許可するかどうかを決めます',
    },
  },
  mode: {
    name: { en: 'mode', de: 'modus', fr: 'mode', es: 'modo', ja: 'モード' },
    description: {
      en: 'On or off',
      de: 'An oder aus',
      fr: 'Activée ou désactivée',
      es: 'Activada o desactivada',
      ja: 'オンまたはオフ',
    },
  },
} as const satisfies Record<string, LabelTexts>;

/** Whether models may search. */
export const searchModeTexts = {
  on: { en: 'on', de: 'an', fr: 'activée', es: 'activada', ja: 'オン' },
  off: { en: 'off', de: 'aus', fr: 'désactivée', es: 'desactivada', ja: 'オフ' },
} as const satisfies Record<string, CommandText>;

/** `/help`. */
export const helpTexts = {
  command: {
    name: { en: 'help', de: 'hilfe', fr: 'aide', es: 'ayuda', ja: 'ヘルプ' },
    description: {
      en: 'What this bot can do and how to ask it',
      de: 'Was dieser Bot kann und wie man ihn fragt',
      fr: 'Ce que ce bot sait faire et comment l’interroger',
      es: 'Qué sabe hacer este bot y cómo preguntarle',
      ja: 'このボットでできることと質問のしかた',
    },
  },
} as const satisfies Record<string, LabelTexts>;

/** The command in the menu of a message. It has no description. */
export const askAboutImageName: CommandText = {
  en: 'Ask about this image',
  de: 'Zu diesem Bild fragen',
  fr: 'Question sur cette image',
  es: 'Preguntar por esta imagen',
  ja: 'この画像について質問',
};
