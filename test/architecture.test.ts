import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

function listFiles(folder: string, extension: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => extension.test(file) && statSync(join(root, file)).isFile());
}

const sources = [...listFiles('src', /\.ts$/), ...listFiles('adapters', /\.ts$/)];
const tests = listFiles('test', /\.ts$/);
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Comments and texts are not code. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

type Import = { from: string; specifier: string; target: string | null };

function importsOf(file: string): Import[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*'([^']+)'|import\s*\(\s*'([^']+)'\s*\)|(?:^|\n)\s*import\s*'([^']+)'/g;
  return [...withoutComments(read(file)).matchAll(pattern)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const target = specifier.startsWith('.') ? relative(root, resolve(root, dirname(file), specifier)) : null;
    return { from: file, specifier, target };
  });
}

const imports = sources.flatMap(importsOf);
const isBuiltin = (specifier: string) => specifier.startsWith('node:');
const show = (each: Import) => `${each.from} → ${each.specifier}`;

const stages = ['turn', 'images', 'answer', 'delivery', 'memory'];
const stageOf = (file: string) => stages.indexOf(file.split('/')[1] ?? '');

describe('the direction of imports', () => {
  it('finds the files and imports it speaks about', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(imports.length).toBeGreaterThan(100);
  });

  it('lets only serve.ts and what it loads by import adapters from src', () => {
    const wrong = imports.filter((each) => each.from.startsWith('src/') && each.target?.startsWith('adapters/'));
    expect(wrong.filter((each) => !/^src\/(serve|load-\w+|connected-platform)\.ts$/.test(each.from)).map(show)).toEqual(
      [],
    );
  });

  it('lets src use no package but zod', () => {
    const wrong = imports.filter(
      (each) =>
        each.from.startsWith('src/') && each.target === null && !isBuiltin(each.specifier) && each.specifier !== 'zod',
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it('keeps adapters apart', () => {
    const folderOf = (file: string) =>
      file
        .split('/')
        .slice(0, file.startsWith('adapters/vendors/') ? 3 : 2)
        .join('/');
    const wrong = imports.filter(
      (each) =>
        each.from.startsWith('adapters/') &&
        each.target?.startsWith('adapters/') &&
        folderOf(each.from) !== folderOf(each.target),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it('lets a stage import only itself, the stages before it and the library', () => {
    const wrong = imports.filter((each) => {
      const from = stageOf(each.from);
      if (from === -1 || each.target === null) return false;
      const to = stageOf(each.target);
      return to === -1 ? !each.target.startsWith('src/lib/') : to > from;
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('lets the library know nothing of the bot', () => {
    const wrong = imports.filter((each) => each.from.startsWith('src/lib/') && each.target !== null);
    expect(wrong.filter((each) => !each.target?.startsWith('src/lib/')).map(show)).toEqual([]);
  });

  it('lets the engine know only the wire contract, the events of an answer and the library', () => {
    const allowed = ['src/engine/', 'src/api/', 'src/lib/', 'src/answer/answer-event.ts', 'src/answer/chat-failure.ts'];
    const wrong = imports.filter((each) => /^src\/(engine|api)\//.test(each.from) && each.target !== null);
    expect(wrong.filter((each) => !allowed.some((prefix) => each.target?.startsWith(prefix))).map(show)).toEqual([]);
  });

  it('writes .ts on every relative import, and every such file exists', () => {
    const relativeImports = [...sources, ...tests].flatMap(importsOf).filter((each) => each.specifier.startsWith('.'));
    expect(relativeImports.length).toBeGreaterThan(100);
    const wrong = relativeImports.filter(
      (each) => !each.specifier.endsWith('.ts') || !existsSync(join(root, each.target ?? '')),
    );
    const known = wrong.filter((each) =>
      /^(package\.json|src\/compile-cache\.js|adapters\/web\/page\/.*\.js|adapters\/slack\/manifest\.json)$/.test(
        each.target ?? '',
      ),
    );
    expect(wrong.filter((each) => !known.includes(each)).map(show)).toEqual([]);
  });
});

describe('what only one place may do', () => {
  const usersOf = (pattern: RegExp) => sources.filter((file) => pattern.test(withoutComments(read(file))));

  it('reads the environment in config.ts alone', () => {
    expect(usersOf(/process\.env\b/)).toEqual(['src/config.ts']);
  });

  it('takes time and chance from the library alone', () => {
    const pattern =
      /\bDate\.now\(|\bsetTimeout\(|\bsetInterval\(|\bMath\.random\(|\brandomUUID\(|\brandomBytes\(|AbortSignal\.timeout\(/;
    expect(usersOf(pattern).sort()).toEqual(['src/lib/clock.ts', 'src/lib/ids.ts']);
  });

  it('parses JSON in parse-json.ts alone', () => {
    expect(usersOf(/\bJSON\.parse\(/)).toEqual(['src/lib/parse-json.ts']);
  });

  it('opens sockets only towards the configured API, search and vendors, and to addresses that somebody gave in adapters/fetch-guard alone', () => {
    const clients = imports.filter((each) =>
      ['undici', 'node:net', 'node:tls', 'node:http', 'node:https', 'node:http2', 'node:dgram'].includes(
        each.specifier,
      ),
    );
    const opening = clients.filter((each) => !/import type/.test(lineOf(each))).map((each) => each.from);
    expect(
      opening.filter((file) => !/^adapters\/(chat-api|http|fetch-guard|search|vendors\/ai-sdk)\//.test(file)),
    ).toEqual([]);
    expect(usersOf(/(?<![\w.])fetch\(/).filter((file) => !file.startsWith('adapters/chat-api/'))).toEqual([]);
    expect(usersOf(/\bnew (WebSocket|EventSource)\(/)).toEqual([]);
  });

  it('names no platform in the core', () => {
    const core = sources.filter(
      (file) =>
        file.startsWith('src/') && !/^src\/(serve|config|config-\w+|load-\w+|connected-platform)\.ts$/.test(file),
    );
    expect(core.filter((file) => /discord|slack/i.test(read(file)))).toEqual([]);
  });

  it('speaks of the API’s feature type only where the wire is', () => {
    const users = usersOf(/CHAT_WITH_IMAGE/).filter((file) => !/^(src\/api|adapters\/chat-api)\//.test(file));
    expect(users).toEqual([]);
  });
});

function lineOf(each: Import): string {
  return (
    read(each.from)
      .split('\n')
      .find((line) => line.includes(`'${each.specifier}'`)) ?? ''
  );
}

describe('the shape of adapters', () => {
  const platformFiles = ['decode.ts', 'platform.ts', 'render.ts', 'to-platform-error.ts', 'wire.ts'];
  const platforms = ['web', 'discord', 'slack'];

  it('gives every platform the same file names', () => {
    for (const platform of platforms) {
      expect(readdirSync(join(root, 'adapters', platform)), platform).toEqual(expect.arrayContaining(platformFiles));
    }
  });

  /** Which contract each adapter has to run, and where. */
  const contracts: Record<string, string[]> = {
    'chat-api': ['image-chat'],
    discord: ['platform'],
    disk: ['asset-files'],
    'fetch-guard': [],
    http: [],
    pino: [],
    search: [],
    sharp: ['prepare-image'],
    slack: ['platform'],
    sqlite: ['turn-queue', 'store', 'record-store'],
    vendors: ['vision-model'],
    web: ['platform'],
  };

  it('runs the contract of every adapter', () => {
    const folders = readdirSync(join(root, 'adapters'));
    expect(Object.keys(contracts).sort()).toEqual(expect.arrayContaining(folders.sort()));
    for (const folder of folders) {
      const texts = tests.filter((file) => file.startsWith(`test/adapters/${folder}/`)).map(read);
      for (const contract of contracts[folder] ?? []) {
        expect(
          texts.some((text) => text.includes(`contracts/${contract}.contract.ts`)),
          `${folder} runs ${contract}`,
        ).toBe(true);
      }
    }
  });

  it('asks everything of a port: no optional members', () => {
    const ports = [
      'turn/inbox',
      'turn/turn-queue',
      'images/image-source',
      'images/prepare-image',
      'answer/image-chat',
      'delivery/outbox',
      'memory/store',
      'engine/vision-model',
    ];
    for (const port of ports) expect(withoutComments(read(`src/${port}.ts`)), port).not.toMatch(/\w\?\s*[:(]/);
  });
});

describe('habits', () => {
  it('has no files that name nothing', () => {
    const names = /(^|\/)(utils?|helpers?|types|common|index|misc)\.(ts|js)$/;
    expect([...sources, ...tests].filter((file) => names.test(file))).toEqual([]);
  });

  it('has no default exports, no barrels and no enums', () => {
    const wrong = sources.filter((file) =>
      /^export (default|\*)|^(export )?(const )?enum /m.test(withoutComments(read(file))),
    );
    expect(wrong).toEqual([]);
  });

  it('extends nothing but errors', () => {
    const wrong = sources.flatMap((file) =>
      [...withoutComments(read(file)).matchAll(/class \w+(?:<[^>]*>)? extends (\w+)/g)].map(
        (match) => `${file}: ${match[1]}`,
      ),
    );
    expect(wrong.filter((line) => !/: (Error|Failure)$/.test(line))).toEqual([]);
  });

  it('keeps no mutable state at the top of a module', () => {
    expect(sources.filter((file) => /^(export )?let /m.test(withoutComments(read(file))))).toEqual([]);
  });

  it('mocks no modules and skips no test without a condition', () => {
    const own = 'test/architecture.test.ts';
    const wrong = tests.filter(
      (file) => file !== own && /\bvi\.mock\(|\.only\(|\b(it|test|describe)\.(skip|todo)\(/.test(read(file)),
    );
    expect(wrong).toEqual([]);
  });

  it('lists every source file of the tree in CONTRIBUTING.md', () => {
    const map = read('CONTRIBUTING.md');
    const missing = sources.filter((file) => !map.includes(file.split('/').at(-1) ?? file));
    expect(missing).toEqual([]);
  });

  it('gives every direct dependency its line in CONTRIBUTING.md', () => {
    const map = read('CONTRIBUTING.md');
    const manifest: unknown = JSON.parse(read('package.json'));
    const names = ['dependencies', 'devDependencies'].flatMap((field) => Object.keys(Object(Object(manifest)[field])));
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !map.includes(`| \`${name}\` |`))).toEqual([]);
  });
});
