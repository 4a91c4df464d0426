/** @import { ApiCall } from './shapes.js' */

/** The languages in the order of their tabs. */
export const languages = /** @type {const} */ (['cURL', 'JavaScript', 'Python']);

/** Stands for the key where the server did not give one. */
const placeholder = '<your-api-key>';

/**
 * For a POSIX shell, whatever the text holds.
 * @param {string} text
 */
function inSingleQuotes(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * For a POSIX shell, where the reader expects double quotes.
 * @param {string} text
 */
function inDoubleQuotes(text) {
  // Interactive shells expand `!` even here, and no escape leaves it whole.
  if (text.includes('!')) return inSingleQuotes(text);
  return `"${text.replace(/[\\"$`]/g, '\\$&')}"`;
}

/** @param {string} text */
function jsString(text) {
  const json = JSON.stringify(text).slice(1, -1);
  return `'${json.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** @param {string} key */
function jsKey(key) {
  if (key === '__proto__') return `['__proto__']`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : jsString(key);
}

/**
 * @typedef {{
 *   string(text: string): string, key(key: string): string, word(value: boolean | null): string
 * }} Literals
 */

/** @type {Literals} */
const jsLiterals = { string: jsString, key: jsKey, word: String };

/** @type {Literals} Escapes of JSON mean the same in Python. */
const pythonLiterals = {
  string: (text) => JSON.stringify(text),
  key: (key) => JSON.stringify(key),
  word: (value) => (value === null ? 'None' : value ? 'True' : 'False'),
};

/**
 * A JSON value as a literal of a language, indented by two spaces for each level.
 * @param {unknown} value
 * @param {Literals} literals
 * @param {string} indent of the line it begins on
 * @returns {string}
 */
function toLiteral(value, literals, indent) {
  if (typeof value === 'string') return literals.string(value);
  if (typeof value === 'number') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null)
    return literals.word(value === true ? true : value === false ? false : null);
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const lines = Array.isArray(value)
    ? value.map((member) => `${inner}${toLiteral(member, literals, inner)}`)
    : Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => `${inner}${literals.key(key)}: ${toLiteral(member, literals, inner)}`);
  return lines.length === 0 ? `${open}${close}` : `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/**
 * curl reads `;` and `,` behind a file name itself, unless the name is quoted for it too.
 * @param {string} field
 * @param {string} fileName
 */
function curlFile(field, fileName) {
  const isPlain = /^[\w.-]+$/.test(fileName) && /^\w+$/.test(field);
  if (isPlain) return `${field}=@${fileName}`;
  return inSingleQuotes(`${field}=@"${fileName.replace(/[\\"]/g, '\\$&')}"`);
}

/**
 * @param {ApiCall} call
 * @param {string} url
 * @param {string} key
 */
function toCurl({ method, body }, url, key) {
  const parts = [`curl -X ${method} ${inDoubleQuotes(url)}`, `-H ${inDoubleQuotes(`API-KEY: ${key}`)}`];
  if (body.type === 'json') {
    parts.push('-H "Content-Type: application/json"', `-d ${inSingleQuotes(JSON.stringify(body.value, null, 2))}`);
  }
  if (body.type === 'file') parts.push(`-F ${curlFile(body.field, body.fileName)}`);
  return parts.join(' \\\n  ');
}

/**
 * @param {ApiCall} call
 * @param {string} url
 * @param {string} key
 */
function toJavaScript({ method, body }, url, key) {
  const before =
    body.type === 'file'
      ? [
          "import { readFile } from 'node:fs/promises';",
          '',
          'const form = new FormData();',
          `const picture = new Blob([await readFile(${jsString(body.fileName)})], { type: ${jsString(body.mimeType)} });`,
          `form.append(${jsString(body.field)}, picture, ${jsString(body.fileName)});`,
          '',
        ]
      : [];
  const headers = [
    ...(body.type === 'json' ? ["    'Content-Type': 'application/json',"] : []),
    `    'API-KEY': ${jsString(key)},`,
  ];
  const content = {
    none: [],
    file: ['  body: form,'],
    json: body.type === 'json' ? [`  body: JSON.stringify(${toLiteral(body.value, jsLiterals, '  ')}),`] : [],
  }[body.type];
  return [
    ...before,
    `const response = await fetch(${jsString(url)}, {`,
    `  method: ${jsString(method)},`,
    '  headers: {',
    ...headers,
    '  },',
    ...content,
    '});',
    'console.log(await response.text());',
  ].join('\n');
}

/**
 * @param {ApiCall} call
 * @param {string} url
 * @param {string} key
 */
function toPython({ method, body }, url, key) {
  const { string } = pythonLiterals;
  const lines = ['import requests', '', `url = ${string(url)}`, `headers = {"API-KEY": ${string(key)}}`];
  const call = method.toLowerCase();
  if (body.type === 'json') {
    lines.push(`data = ${toLiteral(body.value, pythonLiterals, '')}`);
    lines.push(`response = requests.${call}(url, headers=headers, json=data)`);
  } else if (body.type === 'file') {
    const file = `(${string(body.fileName)}, picture, ${string(body.mimeType)})`;
    lines.push(`with open(${string(body.fileName)}, "rb") as picture:`);
    lines.push(`    files = {${string(body.field)}: ${file}}`);
    lines.push(`    response = requests.${call}(url, headers=headers, files=files)`);
  } else {
    lines.push(`response = requests.${call}(url, headers=headers)`);
  }
  lines.push('print(response.text)');
  return lines.join('\n');
}

/**
 * A call to the API, ready to be run. `key` null: a placeholder that says what to put there.
 * @param {ApiCall} call
 * @param {(typeof languages)[number]} language
 * @param {{ url: string, key: string | null }} api
 * @returns {string}
 */
export function toSnippet(call, language, api) {
  const url = `${api.url.replace(/\/+$/, '')}${call.path}`;
  const key = api.key ?? placeholder;
  switch (language) {
    case 'cURL':
      return toCurl(call, url, key);
    case 'JavaScript':
      return toJavaScript(call, url, key);
    default:
      return toPython(call, url, key);
  }
}
