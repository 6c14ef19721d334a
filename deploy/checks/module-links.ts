import { dirname, join } from 'node:path/posix';
import { sourceParts } from './source-parts.ts';

interface ModuleExport {
  readonly name: string;
  /** From 1. */
  readonly line: number;
  /** Something else in the module names it. */
  readonly isUsedHere: boolean;
}

/** One name that a module takes from another one. */
interface ModuleImport {
  /** As it stands between the quotes. */
  readonly specifier: string;
  /** `*` for all of them: a namespace that is passed on whole, or `export * from`. */
  readonly name: string;
  /** `export * from`: the names are exports of this module too. */
  readonly isPassedOn: boolean;
}

interface ModuleLinks {
  readonly exports: readonly ModuleExport[];
  readonly imports: readonly ModuleImport[];
}

const PATH = /^(['"])(?:\.{1,2}|#platform)\/[^'"\n]*\1$/;
const DECLARATION =
  /^export (?:declare )?(?:async )?(?:abstract )?(?:function\*?|(?:const )?enum|const|let|class|interface|type|namespace) ([\w$]+)/gm;
const EXPORT_LIST = /^export (?:type )?\{([^}]*)\}/gm;
const STATIC =
  /\b(?:import|export)\s+(?:type\s+)?(?:[\w$]+\s*,\s*)?(?:\{([^}]*)\}|\*\s+as\s+([\w$]+)|(\*))\s*from\s*['"]([^'"]+)['"]/g;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
const DESTRUCTURED = /\{([^{}]*)\}\s*=\s*(?:await\s*)?$/;
const BOUND = /\b(?:const|let|type)\s+([\w$]+)\s*=\s*(?:await|typeof)\s*$/;
const MEMBER = /^\s*\)?\s*\??\.\s*([\w$]+)/;

/** What a TypeScript source exports by name, and every name that it takes from a file of this repository. Pure. */
export function moduleLinks(source: string): ModuleLinks {
  const code = codeAndPaths(source);
  return { exports: exportsOf(code), imports: [...staticImports(code), ...dynamicImports(code)] };
}

/** The file that a module of `file` means, both relative to the repository. */
export const importedFile = (file: string, specifier: string): string =>
  specifier.startsWith('#') ? specifier.slice(1) : join(dirname(file), specifier);

/** The source without comments and strings, which become blanks; the paths of modules stay. */
function codeAndPaths(source: string): string {
  return sourceParts(source)
    .map(({ kind, text }) =>
      kind === 'code' || (kind === 'string' && PATH.test(text)) ? text : text.replaceAll(/[^\n]/g, ' '),
    )
    .join('');
}

function exportsOf(code: string): readonly ModuleExport[] {
  const declared = [...code.matchAll(DECLARATION)].map(({ 1: name = '', index }) => ({ name, index }));
  const listed = [...code.matchAll(EXPORT_LIST)].flatMap(({ 1: list = '', index }) =>
    namesIn(list, 'after').map((name) => ({ name, index })),
  );
  const line = (index: number) => code.slice(0, index).split('\n').length;
  return [...declared, ...listed]
    .filter(({ name }) => name !== 'default')
    .map(({ name, index }) => ({ name, line: line(index), isUsedHere: mentions(code, name).length > 1 }));
}

/** Where code names it, and no property of something else. */
const mentions = (code: string, name: string): readonly RegExpExecArray[] => [
  ...code.matchAll(
    new RegExp(`(?<!(?<!\\.\\.)\\.|[\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])(?:\\??\\.([\\w$]+))?`, 'g'),
  ),
];

function staticImports(code: string): readonly ModuleImport[] {
  return [...code.matchAll(STATIC)].flatMap(([, list, namespace, star, specifier = '']): readonly ModuleImport[] => {
    if (star !== undefined) return [{ specifier, name: '*', isPassedOn: true }];
    const names = list === undefined ? membersOf(code, namespace ?? '') : namesIn(list, 'before');
    return names.map((name) => ({ specifier, name, isPassedOn: false }));
  });
}

/** `await import(…)` and the types `import(…)` and `typeof import(…)`. */
function dynamicImports(code: string): readonly ModuleImport[] {
  return [...code.matchAll(DYNAMIC)].flatMap(({ 0: text, 1: specifier = '', index }) => {
    const before = code.slice(0, index);
    const list = DESTRUCTURED.exec(before)?.[1];
    const bound = BOUND.exec(before)?.[1];
    const member = MEMBER.exec(code.slice(index + text.length))?.[1];
    const names =
      list !== undefined
        ? namesIn(list.replaceAll(/\s*:\s*/g, ' as '), 'before')
        : member !== undefined && member !== 'then'
          ? [member]
          : bound !== undefined
            ? membersOf(code, bound)
            : ['*'];
    return names.map((name) => ({ specifier, name, isPassedOn: false }));
  });
}

/** `a, type b as c`: the names before `as`, or those after it. */
const namesIn = (list: string, side: 'before' | 'after'): readonly string[] =>
  list
    .split(',')
    .map((item) => item.trim().replace(/^type\s+/, ''))
    .filter((item) => item !== '')
    .map((item) => {
      const [name = '', alias = name] = item.split(/\s+as\s+/);
      return side === 'before' ? name : alias;
    });

/** What is read from a namespace; `*` if it is used in another way than to read from it. */
function membersOf(code: string, namespace: string): readonly string[] {
  const [, ...uses] = mentions(code, namespace);
  const members = uses.map(([, member]) => member ?? '*');
  return members.includes('*') ? ['*'] : members;
}
