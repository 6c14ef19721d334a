/**
 * Compares an answer with a recorded template (see the README next to the data): keys of objects must match exactly, lists as
 * unordered multisets; `{"$re": …}` is a string that matches, `{"$re_int": …}` a value that is no string and whose
 * Python text matches (a moment is a string in JSON all the same); a null template also takes the empty string; strings are compared after trimming.
 */
export interface Expectation {
  /** Resolves the placeholders of a text. */
  readonly resolve: (text: string) => string;
  /** Whether a fixed value of the recording may stand for this one of ours. */
  readonly standsFor: (recorded: string, found: unknown, path: string) => boolean;
}

/** A pattern of a date and time. */
const MOMENT = /T\\d\{2\}:/;

/** @returns what differs, with its path; empty when it matches. */
export function differences(template: unknown, found: unknown, expected: Expectation, path = '$'): readonly string[] {
  if (template === null) return found === null || found === '' ? [] : [differs(path, 'null', found)];
  if (Array.isArray(template)) return listDifferences(template, found, expected, path);
  if (typeof template === 'object')
    return objectDifferences(template as Record<string, unknown>, found, expected, path);
  if (typeof template !== 'string') {
    const fits = Object.is(template, found) || expected.standsFor(String(template), found, path);
    return fits ? [] : [differs(path, template, found)];
  }
  const text = expected.resolve(template).trim();
  if (typeof found === 'string' && found.trim() === text) return [];
  return expected.standsFor(template, found, path) ? [] : [differs(path, text, found)];
}

function objectDifferences(
  template: Record<string, unknown>,
  found: unknown,
  expected: Expectation,
  path: string,
): readonly string[] {
  const { $re: text, $re_int: other } = template;
  if (typeof text === 'string') {
    const fits = typeof found === 'string' && expression(text, expected).test(found.trim());
    return fits || expected.standsFor(text, found, path) ? [] : [differs(path, text, found)];
  }
  if (typeof other === 'string') {
    const kindFits = typeof found !== 'string' || MOMENT.test(other);
    return kindFits && expression(other, expected).test(pythonText(found)) ? [] : [differs(path, other, found)];
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return [differs(path, 'an object', found)];
  const members = found as Record<string, unknown>;
  const missing = Object.keys(template).filter((key) => !(key in members));
  const extra = Object.keys(members).filter((key) => !(key in template));
  return [
    ...missing.map((key) => `${path}: ${key} is missing`),
    ...extra.map((key) => `${path}: ${key} is too many`),
    ...Object.keys(template)
      .filter((key) => key in members)
      .flatMap((key) => differences(template[key], members[key], expected, `${path}.${key}`)),
  ];
}

/** Every element of the template takes one of the list that matches it. */
function listDifferences(
  template: readonly unknown[],
  found: unknown,
  expected: Expectation,
  path: string,
): readonly string[] {
  if (!Array.isArray(found)) return [differs(path, 'a list', found)];
  if (template.length !== found.length) return [`${path}: ${template.length} elements expected, ${found.length} found`];
  const left = [...(found as unknown[])];
  for (const [index, element] of template.entries()) {
    const at = left.findIndex((one) => differences(element, one, expected, path).length === 0);
    if (at === -1) {
      const closest = left
        .map((one) => differences(element, one, expected, `${path}[${index}]`))
        .sort((a, b) => a.length - b.length)[0];
      return closest ?? [`${path}[${index}]: nothing matches`];
    }
    left.splice(at, 1);
  }
  return [];
}

const expression = (text: string, expected: Expectation): RegExp => new RegExp(expected.resolve(text));
const pythonText = (value: unknown): string =>
  value === null ? 'None' : value === true ? 'True' : value === false ? 'False' : String(value);
const differs = (path: string, expected: unknown, found: unknown): string =>
  `${path}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`;
