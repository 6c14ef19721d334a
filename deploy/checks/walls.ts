import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { sourceFiles } from './source-files.ts';

interface ForbiddenImport {
  readonly file: string;
  readonly line: number;
  readonly imported: string;
  readonly rule: string;
}

interface Wall {
  readonly from: RegExp;
  readonly to: RegExp;
  readonly rule: string;
}

/** `node:net` is there for `isIP`, which is pure. */
const PURE = 'platform/(objects|contracts|states|errors)/';

/** The architecture's "who may import whom". The compiler enforces most of it by project references; this names the law and misses nothing. */
const WALLS: readonly Wall[] = [
  {
    from: /^platform\//,
    to: /^(api|scheduler|super-conductor|cell|test|deploy)\//,
    rule: 'platform imports no service',
  },
  {
    from: new RegExp(`^${PURE}`),
    to: new RegExp(`^(?!${PURE}|typebox|node:)`),
    rule: 'the protocol imports nothing but the protocol',
  },
  { from: new RegExp(`^${PURE}`), to: /^node:(?!crypto$|util$|net$)/, rule: 'the protocol does no I/O' },
  {
    from: /^(api|scheduler|super-conductor)\//,
    to: /^cell\//,
    rule: 'the global tier reaches a cell by its door only',
  },
  { from: /^cell\//, to: /^platform\/directory\//, rule: 'a cell never touches the directory' },
  { from: /^cell\//, to: /^(api|scheduler|super-conductor)\//, rule: 'services never import each other' },
  {
    from: /^cell\/(compute|network|agent)\//,
    to: /^cell\/(database|conductor)\//,
    rule: 'agents reach the database through their conductor',
  },
  { from: /^cell\/compute\//, to: /^cell\/network\//, rule: 'services never import each other' },
  { from: /^cell\/network\//, to: /^cell\/compute\//, rule: 'services never import each other' },
  { from: /^api\//, to: /^(scheduler|super-conductor)\//, rule: 'services never import each other' },
  { from: /^scheduler\//, to: /^(api|super-conductor)\//, rule: 'services never import each other' },
  { from: /^super-conductor\//, to: /^(api|scheduler)\//, rule: 'services never import each other' },
  { from: /^(?!test\/|deploy\/)/, to: /^(test|deploy)\//, rule: 'nothing imports test or deploy' },
  { from: /^deploy\//, to: /^test\//, rule: 'nothing imports test' },
];

const FOLDERS = ['platform', 'api', 'scheduler', 'super-conductor', 'cell', 'deploy', 'test'];
const IMPORT =
  /^(?:import|export|\})[^'"\n]* from ['"]([^'"\n]+)['"]|^import ['"]([^'"\n]+)['"]|\bimport\(['"]([^'"\n]+)['"]/gm;

/** Every import that the architecture forbids, in the order of the files. */
export function findForbiddenImports(repository: string): ForbiddenImport[] {
  return FOLDERS.flatMap((folder) => sourceFiles(join(repository, folder))).flatMap((path) => {
    const file = relative(repository, path);
    return importsOf(readFileSync(path, 'utf8')).flatMap(({ specifier, line }) => {
      const imported = targetOf(specifier, file, repository);
      const wall = WALLS.find(({ from, to }) => from.test(file) && to.test(imported));
      return wall === undefined ? [] : [{ file, line, imported, rule: wall.rule }];
    });
  });
}

function importsOf(source: string): { specifier: string; line: number }[] {
  return [...source.matchAll(IMPORT)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const line = source.slice(0, match.index + match[0].indexOf(specifier)).split('\n').length;
    return { specifier, line };
  });
}

/** A path from the repository's root, or the package's own name. */
function targetOf(specifier: string, file: string, repository: string): string {
  if (specifier.startsWith('#platform/')) return specifier.slice(1);
  if (!specifier.startsWith('.')) return specifier;
  return relative(repository, resolve(repository, dirname(file), specifier));
}
