import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeclaredApi } from '../../api/apis.ts';

/** A kind of tests: the first folder below `test`. */
const KINDS = ['unit', 'integration', 'contract', 'federation', 'client'] as const;
type Kind = (typeof KINDS)[number];

/** What the tests of one kind send, as far as their sources say so. */
export interface SentByTests {
  readonly kind: Kind;
  /** `POST /compute/v2.1/servers/star/action`: `*` stands for what varies. */
  readonly requests: ReadonlySet<string>;
  /** Names of members of bodies in files that send actions. */
  readonly members: ReadonlySet<string>;
}

const TEMPLATE = /\$\{(?:[^{}]|\{[^{}]*\})*\}/g;
const REQUEST = /\b(GET|POST|PUT|PATCH|DELETE) (\/[^\s'"`),?]*)/g;
const INJECTED = /method: '(\w+)'[^;]{0,120}?url: ['"`]([^'"`?]+)/g;
const MEMBER = /(?:'([\w-]+)'|\b(\w+)):/g;

/** Reads the tests of a repository. */
export function sentByTests(repository: string): readonly SentByTests[] {
  return KINDS.map((kind) => {
    const requests = new Set<string>();
    const members = new Set<string>();
    for (const file of sources(join(repository, 'test', kind))) {
      const text = readFileSync(file, 'utf8').replace(TEMPLATE, '*');
      for (const [, method = '', path = ''] of text.matchAll(REQUEST)) requests.add(`${method} ${path}`);
      for (const [, method = '', path = ''] of text.matchAll(INJECTED)) requests.add(`${method} ${path}`);
      if (!/\baction\b|\bact\(/.test(text)) continue;
      for (const [, quoted, plain] of text.matchAll(MEMBER)) members.add(quoted ?? plain ?? '');
    }
    return { kind, requests, members };
  });
}

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Whether tests send a request for a route of an API; of an action, whether they name it. */
export function isSent(
  { service }: DeclaredApi,
  { method, path, action }: { readonly method: string; readonly path: string; readonly action: string | null },
  { requests, members }: SentByTests,
): boolean {
  if (action !== null) return members.has(action);
  const prefixes = ['', ...service.bases, service.prefix, ...service.bases.map((base) => `${service.prefix}${base}`)];
  const parts = path.split('/');
  return [...requests].some((request) => {
    const [sent, url = ''] = request.split(' ');
    if (sent !== method) return false;
    return prefixes.some((prefix) => url.startsWith(prefix) && fits(parts, url.slice(prefix.length).split('/')));
  });
}

const fits = (route: readonly string[], sent: readonly string[]): boolean =>
  route.length === sent.length && route.every((part, at) => part.startsWith(':') || part === sent[at]);
