import { isUuid } from '../../http/is-uuid.ts';
import type { Microversion } from '../../http/microversion.ts';
import { since } from '../../http/since.ts';
import { badValue, missingValue } from '../errors.ts';
import type { Provider } from './provider.ts';

const SINCE = since({ forbiddenTraits: 22, forbiddenAggregates: 32, anyTraits: 39 });

/** The traits that a request requires or forbids. */
export interface TraitRequirement {
  /** Of each of these sets the provider has at least one. */
  readonly required: readonly (readonly string[])[];
  readonly forbidden: readonly string[];
}
/** The aggregates that a request names, by uuid. */
export interface AggregateRequirement {
  /** Of each of these sets the provider is in at least one. */
  readonly inOneOf: readonly (readonly string[])[];
  readonly inNone: readonly string[];
}

/** `VCPU:2,MEMORY_MB:1024` as amounts by class. @throws VolvoxError invalid */
export function amountsIn(text: string): ReadonlyMap<string, number> {
  const amounts = new Map<string, number>();
  for (const part of text.split(',')) {
    const [, name = '', amount = ''] = /^\s*([^:,\s]+):([^:,]+)$/.exec(part) ?? [];
    if (name === '') {
      const got = text.trim() === '' ? 'empty string' : part.slice(0, 200);
      throw badValue(
        `Badly formed resources parameter. Expected resources query string parameter in form: ?resources=VCPU:2,MEMORY_MB:1024. Got: ${got}.`,
      );
    }
    if (!/^\d{1,15}$/.test(amount) || Number(amount) < 1) {
      throw badValue(
        `Requested resource ${name.slice(0, 200)} expected positive integer amount, at least 1. Got: ${amount.slice(0, 200)}.`,
      );
    }
    if (amounts.has(name)) throw badValue(`The resource ${name.slice(0, 200)} is requested twice.`);
    amounts.set(name, Number(amount));
  }
  return amounts;
}

/**
 * `A,!B`, and since 1.39 `in:A,B`; every value of the parameter counts.
 * @param key of the query, which errors name. @throws VolvoxError invalid
 */
export function traitsIn(key: string, values: readonly string[], version: Microversion): TraitRequirement {
  const required: (readonly string[])[] = [];
  const forbidden: string[] = [];
  for (const value of values) {
    if (SINCE.anyTraits(version) && value.startsWith('in:')) {
      const names = namesIn(key, value.slice('in:'.length), value);
      if (names.some((name) => name.startsWith('!'))) throw wrongTraits(key, value);
      required.push(names);
      continue;
    }
    for (const name of namesIn(key, value, value)) {
      if (!name.startsWith('!')) required.push([name]);
      else if (SINCE.forbiddenTraits(version)) forbidden.push(name.slice(1));
      else throw wrongTraits(key, value);
    }
  }
  const conflicts = required.filter((names) => names.every((name) => forbidden.includes(name))).flat();
  if (conflicts.length > 0) {
    throw badValue(
      `Conflicting required and forbidden traits found in the following traits keys: ${key}: (${conflicts.join(', ')}).`,
    );
  }
  return { required, forbidden };
}

function namesIn(key: string, text: string, whole: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => name === '' || name === '!')) throw wrongTraits(key, whole);
  return names;
}

const wrongTraits = (key: string, got: string) =>
  badValue(
    `Invalid query string parameters: Expected '${key}' parameter value of the form: HW_CPU_X86_VMX,CUSTOM_MAGIC, since 1.22 with !CUSTOM_MAGIC for what is forbidden, since 1.39 in:HW_CPU_X86_VMX,CUSTOM_MAGIC for either. Got: ${got.slice(0, 200)}.`,
  );

/** All names of traits in it. */
export const traitNames = ({ required, forbidden }: TraitRequirement): readonly string[] => [
  ...required.flat(),
  ...forbidden,
];

/** `uuid` or `in:uuid,uuid`, since 1.32 with `!` before it; every value counts. @throws VolvoxError invalid */
export function aggregatesIn(key: string, values: readonly string[], version: Microversion): AggregateRequirement {
  const inOneOf: (readonly string[])[] = [];
  const inNone: string[] = [];
  for (const value of values) {
    const isForbidden = SINCE.forbiddenAggregates(version) && value.startsWith('!');
    const rest = isForbidden ? value.slice(1) : value;
    const several = rest.startsWith('in:');
    if (!several && rest.includes(',')) {
      throw badValue(
        `Multiple values for '${key}' must be prefixed with the 'in:' keyword, or '!in:' since 1.32. Got: ${value.slice(0, 200)}.`,
      );
    }
    const ids = (several ? rest.slice('in:'.length) : rest).split(',');
    const wrong = ids.find((id) => !isUuid(id));
    if (wrong !== undefined) {
      throw badValue(
        `Invalid query string parameters: Expected '${key}' parameter to contain valid UUID(s). Got: ${wrong.slice(0, 200)}.`,
      );
    }
    if (isForbidden) inNone.push(...ids);
    else inOneOf.push(ids);
  }
  return { inOneOf, inNone };
}

/** The provider whose tree a request names. @throws VolvoxError invalid */
export function treeIn(key: string, value: string): string {
  if (isUuid(value)) return value;
  throw missingValue(`Expected '${key}' parameter to be a format of uuid. Got: ${value.slice(0, 200)}.`);
}

export const hasTraits = ({ traits }: Provider, { required, forbidden }: TraitRequirement): boolean =>
  required.every((names) => names.some((name) => traits.includes(name))) &&
  !forbidden.some((name) => traits.includes(name));

export const isIn = ({ aggregates }: Provider, { inOneOf, inNone }: AggregateRequirement): boolean =>
  inOneOf.every((ids) => ids.some((id) => aggregates.includes(id))) && !inNone.some((id) => aggregates.includes(id));
