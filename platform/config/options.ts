import { Secret } from './secret.ts';

/**
 * Options are declared as data: a type, a default, a sentence for operators. A section is one group of them. Values come from
 * the configuration file (`section: {option: value}`) and, above it, from the environment (`VOLVOX_SECTION_OPTION`).
 */
export interface Option<T> {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'list' | 'secret' | 'choice';
  readonly help: string;
  /** undefined: must be given. */
  readonly fallback: T | undefined;
  readonly choices?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** Of a secret, in characters. */
  readonly minLength?: number;
  /** Of a secret: several values with commas between them, each of that length. */
  readonly several?: boolean;
}

type Rest<T> = { readonly help: string; readonly fallback?: T };
const make = <T>(type: Option<T>['type'], rest: Rest<T> & Partial<Option<T>>): Option<T> => ({
  ...rest,
  type,
  fallback: rest.fallback,
});

export const text = (rest: Rest<string>) => make<string>('string', rest);
export const integer = (rest: Rest<number> & { minimum?: number; maximum?: number }) => make<number>('integer', rest);
export const number = (rest: Rest<number> & { minimum?: number; maximum?: number }) => make<number>('number', rest);
export const flag = (rest: Rest<boolean>) => make<boolean>('boolean', rest);
/** Comma-separated in the environment, a sequence in the file. */
export const list = (rest: Rest<readonly string[]>) => make<readonly string[]>('list', rest);
export const secret = (rest: { readonly help: string; readonly fallback?: Secret }) => make<Secret>('secret', rest);
/** Shorter ones can be guessed. */
export const MIN_KEY_LENGTH = 32;
/** A secret that proves by itself who one is, or that signs. `several`: values with commas between them, while a key is changed. */
export const key = (rest: { readonly help: string; readonly several?: boolean; readonly fallback?: Secret }) =>
  make<Secret>('secret', { ...rest, minLength: MIN_KEY_LENGTH });
export const choice = <const C extends readonly string[]>(choices: C, rest: Rest<C[number]>) =>
  make<C[number]>('choice', { ...rest, choices });

export interface Section<
  O extends Readonly<Record<string, Option<unknown>>> = Readonly<Record<string, Option<unknown>>>,
> {
  readonly name: string;
  readonly options: O;
  /** A rule over several options: the sentence that is wrong, or null. */
  check?(values: ValuesOf<O>): string | null;
}

type ValuesOf<O extends Readonly<Record<string, Option<unknown>>>> = {
  readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never;
};
export type SectionValues<S> = S extends Section<infer O> ? ValuesOf<O> : never;

export function section<O extends Readonly<Record<string, Option<unknown>>>>(
  name: string,
  options: O,
  check?: (values: ValuesOf<O>) => string | null,
): Section<O> {
  return check === undefined ? { name, options } : { name, options, check };
}

const snake = (name: string): string =>
  name
    .replace(/([A-Z])/g, '_$1')
    .replace(/-/g, '_')
    .toUpperCase();
/** `api`, `listenPort` → `VOLVOX_API_LISTEN_PORT`. */
export const environmentName = (sectionName: string, option: string): string =>
  `VOLVOX_${snake(sectionName)}_${snake(option)}`;

/** Reads one value. @throws a sentence that names what was expected. */
export function parseOption(option: Option<unknown>, raw: unknown): unknown {
  const expected = (what: string): never => {
    throw new Error(`expected ${what}, got ${option.type === 'secret' ? 'something else' : JSON.stringify(raw)}`);
  };
  switch (option.type) {
    case 'string':
      return typeof raw === 'string' ? raw : expected('a string');
    case 'secret':
      if (typeof raw !== 'string' || raw === '') return expected('a string that is not empty');
      refuseShort(option, raw);
      return new Secret(raw);
    case 'choice':
      return typeof raw === 'string' && option.choices?.includes(raw)
        ? raw
        : expected(`one of ${option.choices?.join(', ')}`);
    case 'boolean':
      if (typeof raw === 'boolean') return raw;
      return raw === 'true' ? true : raw === 'false' ? false : expected('true or false');
    case 'list':
      if (typeof raw === 'string') return raw === '' ? [] : raw.split(',').map((part) => part.trim());
      return Array.isArray(raw) && raw.every((part) => typeof part === 'string') ? raw : expected('a list of strings');
    case 'integer':
    case 'number': {
      const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
      if (typeof value !== 'number' || !Number.isFinite(value)) return expected('a number');
      if (option.type === 'integer' && !Number.isInteger(value)) return expected('a whole number');
      if (option.minimum !== undefined && value < option.minimum) return expected(`at least ${option.minimum}`);
      if (option.maximum !== undefined && value > option.maximum) return expected(`at most ${option.maximum}`);
      return value;
    }
  }
}

/** @throws a sentence that says how long it must be, and how to make one; it never quotes the secret. */
function refuseShort({ minLength = 0, several = false }: Option<unknown>, raw: string): void {
  const shortest = Math.min(...(several ? raw.split(',') : [raw]).map((part) => part.length));
  if (shortest >= minLength) return;
  throw new Error(
    `expected a secret of ${minLength} characters or more, got one of ${shortest}; make one: openssl rand -base64 36`,
  );
}
