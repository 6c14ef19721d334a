/**
 * Evaluates an extra spec (nova/scheduler/filters/extra_specs_ops.py): an operator with a value, or only a value, which must be equal. Numbers: `=` (at least), `==`, `!=`, `>=`, `<=`. Text: `s==`, `s!=`, `s<`, `s<=`, `s>`, `s>=`, `<in>` (contains),
 * `<all-in>`, `<or>`.
 */
export function matchesSpec(actual: string, spec: string): boolean {
  const words = spec.trim().split(/\s+/);
  const [operator = '', first = ''] = words;
  const compare = NUMBERS[operator] ?? null;
  if (compare !== null) {
    const [a, b] = [Number(actual), Number(first)];
    return Number.isFinite(a) && Number.isFinite(b) && compare(a, b);
  }
  const text = TEXTS[operator];
  if (text !== undefined) return text(actual, first);
  if (operator === '<in>') return actual.includes(first);
  if (operator === '<all-in>') return words.slice(1).every((word) => actual.includes(word));
  if (operator === '<or>') return words.filter((_word, at) => at % 2 === 1).includes(actual);
  return actual === spec;
}

const NUMBERS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
};

const TEXTS: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  's==': (a, b) => a === b,
  's!=': (a, b) => a !== b,
  's<': (a, b) => a < b,
  's<=': (a, b) => a <= b,
  's>': (a, b) => a > b,
  's>=': (a, b) => a >= b,
};
