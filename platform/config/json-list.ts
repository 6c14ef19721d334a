import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { messageOf } from '../errors/volvox-error.ts';

/** What the text of an option stands for, or the sentence that is wrong with it. */
export type JsonList<T> =
  | { readonly list: readonly T[]; readonly wrong: null }
  | { readonly list: null; readonly wrong: string };

/**
 * Reads options whose value is JSON: a list of objects of this shape, or one of them alone. Empty text is an empty list.
 * @param option its name, for the sentence.
 */
export function jsonListOf<S extends TSchema>(option: string, schema: S): (text: string) => JsonList<Static<S>> {
  const check = Compile(Type.Array(schema));
  return (text) => {
    if (text.trim() === '') return { list: [], wrong: null };
    const parsed = parse(text);
    if (parsed instanceof SyntaxError) return { list: null, wrong: `${option} is not JSON: ${parsed.message}` };
    const all: unknown = Array.isArray(parsed) ? parsed : [parsed];
    if (check.Check(all)) return { list: all, wrong: null };
    const [first] = check.Errors(all);
    return { list: null, wrong: `${option}: ${first?.instancePath || '/'} ${first?.message ?? 'is wrong'}` };
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error instanceof SyntaxError ? error : new SyntaxError(messageOf(error));
  }
}
