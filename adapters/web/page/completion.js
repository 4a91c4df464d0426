/** @import { Model } from './shapes.js' */
import { announce } from './announce.js';
import { make } from './element.js';
import { plural } from './format.js';

/**
 * What can be put in: `insert` replaces what stands before the caret.
 * `missing` says why it cannot be used now.
 * @typedef {{ label: string, detail: string, insert: string, missing: string | null }} Suggestion
 */

/** @type {Suggestion[]} */
const commands = [
  { label: '/model', detail: 'list the models, or switch: /model NAME', insert: '/model ', missing: null },
  { label: '/new', detail: 'start afresh in this conversation', insert: '/new', missing: null },
  { label: '/search on', detail: 'let models search the web here', insert: '/search on', missing: null },
  { label: '/search off', detail: 'no web search here', insert: '/search off', missing: null },
  { label: '/help', detail: 'what Sightline can do', insert: '/help', missing: null },
];

/**
 * `128K`, `2M`.
 * @param {number} tokens
 */
function countTokens(tokens) {
  if (tokens >= 1_000_000) return `${tokens / 1_000_000}M`;
  return tokens >= 1_000 ? `${Math.round(tokens / 1_000)}K` : `${tokens}`;
}

/** @param {Model} model */
function describe(model) {
  const context = model.contextTokens === null ? [] : [`${countTokens(model.contextTokens)} context`];
  const price =
    model.price === null
      ? []
      : [
          model.price.input === 0 && model.price.output === 0
            ? 'free'
            : `$${model.price.input} in / $${model.price.output} out per ${countTokens(model.price.perTokens)}`,
        ];
  const best = model.bestAt === '' ? [] : [model.bestAt];
  return [...context, ...price, ...best].join(' · ');
}

/**
 * The variable that the operator would have to set, where the sentence names one; else the sentence.
 * @param {Model} model
 */
function whatIsMissing({ unavailableBecause, seesPictures }) {
  if (unavailableBecause === null) return seesPictures ? null : 'does not see pictures';
  const variable = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/.exec(unavailableBecause);
  return variable === null ? unavailableBecause : `needs ${variable[0]}`;
}

/** @param {Model} model */
const isUnavailable = (model) => whatIsMissing(model) !== null;

/**
 * @param {string} written
 * @param {readonly Model[]} models
 * @param {(id: string) => string} toText
 * @returns {Suggestion[]}
 */
function suggestModels(written, models, toText) {
  const wanted = written.toLowerCase();
  const found = models.filter(
    (model) => model.id.toLowerCase().includes(wanted) || model.vendor.toLowerCase().startsWith(wanted),
  );
  return found
    .toSorted((left, right) => Number(isUnavailable(left)) - Number(isUnavailable(right)))
    .map((model) => ({
      label: model.id,
      detail: describe(model),
      insert: toText(model.id),
      missing: whatIsMissing(model),
    }));
}

/**
 * What fits what stands before the caret: commands, models after `/model `, the bot after `@`.
 * @param {string} before
 * @param {readonly Model[]} models
 * @param {string} botName
 * @returns {{ from: number, suggestions: Suggestion[] } | null} `from`: where the replaced text begins
 */
export function suggest(before, models, botName) {
  const start = before.length - before.trimStart().length;
  const text = before.trimStart();
  const model = /^(\/model|!m)\s+(\S*)$/i.exec(text);
  if (model !== null) {
    const toText = (/** @type {string} */ id) => (model[1]?.startsWith('/') ? `/model ${id}` : `!m ${id} `);
    return { from: start, suggestions: suggestModels(model[2] ?? '', models, toText) };
  }
  if (/^\/[a-z ]*$/i.test(text)) {
    const fitting = commands.filter(({ label }) => label.startsWith(text.toLowerCase()) && label !== text);
    return { from: start, suggestions: fitting };
  }
  const mention = /(?:^|[\s(])@([a-z]*)$/i.exec(before);
  const isName = mention !== null && botName.startsWith((mention[1] ?? '').toLowerCase());
  if (!isName || mention[1]?.toLowerCase() === botName) return null;
  const from = before.length - (mention[1] ?? '').length - 1;
  const detail = 'ask the bot about the picture';
  return { from, suggestions: [{ label: `@${botName}`, detail, insert: `@${botName} `, missing: null }] };
}

/**
 * The list above a text field. Arrow keys choose, Enter or Tab takes, Esc closes.
 * @param {HTMLTextAreaElement} field
 * @param {HTMLElement} list
 * @param {{ botName: string, loadModels(): Promise<readonly Model[]> }} options
 */
export function createCompletion(field, list, { botName, loadModels }) {
  list.id = `${field.id}-suggestions`;
  field.setAttribute('aria-controls', list.id);
  /** @type {Suggestion[]} */
  let suggestions = [];
  let from = 0;
  let chosen = 0;
  /** @type {readonly Model[]} */
  let models = [];
  let closedFor = '';

  const close = () => {
    suggestions = [];
    list.hidden = true;
    list.replaceChildren();
    field.removeAttribute('aria-activedescendant');
  };

  const mark = () => {
    for (const [index, option] of [...list.children].entries()) {
      option.setAttribute('aria-selected', String(index === chosen));
      if (index === chosen) option.scrollIntoView({ block: 'nearest' });
    }
    field.setAttribute('aria-activedescendant', `${list.id}-${chosen}`);
  };

  /** @param {number} index */
  const take = (index) => {
    const suggestion = suggestions[index];
    if (suggestion === undefined) return;
    field.setRangeText(suggestion.insert, from, field.selectionStart, 'end');
    close();
    // What ends in a space wants more.
    closedFor = suggestion.insert.endsWith(' ') ? '' : field.value;
    field.focus();
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };

  const render = () => {
    list.replaceChildren(
      ...suggestions.map(({ label, detail, missing }, index) => {
        const parts = [make('b', {}, label), make('span', {}, detail)];
        if (missing !== null) parts.splice(1, 0, make('span', { class: 'missing' }, missing));
        const option = make('div', { role: 'option', id: `${list.id}-${index}` }, ...parts);
        option.classList.toggle('unavailable', missing !== null);
        // Pressing must not take the focus from the text field.
        option.addEventListener('pointerdown', (event) => {
          event.preventDefault();
          take(index);
        });
        return option;
      }),
    );
    list.hidden = false;
    mark();
  };

  const update = () => {
    const before = field.value.slice(0, field.selectionStart);
    const found = field.value === closedFor ? null : suggest(before, models, botName);
    if (found === null || found.suggestions.length === 0 || field.selectionStart !== field.selectionEnd) {
      close();
      return;
    }
    const wasClosed = list.hidden;
    ({ from, suggestions } = found);
    chosen = 0;
    render();
    if (wasClosed) announce(`${plural(suggestions.length, 'suggestion', 'suggestions')}, arrow keys to choose`);
  };

  field.addEventListener('input', () => {
    if (field.value !== closedFor) closedFor = '';
    update();
    if (!/^\s*[/!]m/i.test(field.value)) return;
    loadModels().then(
      (loaded) => {
        if (loaded === models) return;
        models = loaded;
        update();
      },
      // Without the list a model can still be written by name.
      () => {},
    );
  });
  field.addEventListener('blur', close);

  return {
    close,
    /**
     * Whether the key was for the list.
     * @param {KeyboardEvent} event
     */
    takeKey(event) {
      if (list.hidden) return false;
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      if (step !== 0) {
        chosen = (chosen + step + suggestions.length) % suggestions.length;
        mark();
      } else if (event.key === 'Enter' && suggestions[chosen]?.insert === field.value.trim()) {
        // Written out in full already: Enter sends it.
        close();
        return false;
      } else if (event.key === 'Enter' || event.key === 'Tab') take(chosen);
      else if (event.key === 'Escape') {
        closedFor = field.value;
        close();
      } else return false;
      event.preventDefault();
      return true;
    },
  };
}
