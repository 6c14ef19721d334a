/** Members whose values no message quotes, in lower case and without underscores. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  'adminpass',
  'key',
  'originalpassword',
  'password',
  'privatekey',
  'secret',
  'userdata',
]);

const HIDDEN = '***';

const isSecret = (name: string): boolean => SECRET_NAMES.has(name.replaceAll('_', '').toLowerCase());

/** A value as a message may quote it: `***` stands for each secret in it, and for all of it when its path names one. */
export function withoutSecrets(value: unknown, path: readonly string[]): unknown {
  return path.some(isSecret) ? HIDDEN : masked(value);
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, isSecret(name) ? HIDDEN : masked(member)]),
  );
}
