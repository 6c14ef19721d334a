export type Client = 'openstack' | 'nova';

/** Words of the `openstack` client that are followed by what is added or removed. */
const WITH_OBJECT = ['add', 'remove'];
/** Objects of those, where the client's name for them has two words. */
const TWO_WORDS = ['security group', 'fixed ip', 'floating ip'];
/** Verbs of the `openstack` client that may be followed by a second one. */
const WITH_SECOND = ['resize', 'migrate', 'migration'];
const SECOND = ['confirm', 'revert', 'abort', 'list', 'show', 'force complete'];
const VERBS = [
  ...['create', 'delete', 'list', 'show', 'set', 'unset', 'save', 'restore'],
  ...['start', 'stop', 'reboot', 'pause', 'unpause', 'suspend', 'resume', 'lock', 'unlock', 'rescue', 'unrescue'],
  ...['rebuild', 'shelve', 'unshelve', 'evacuate'],
];

/** The command of a line without its options and arguments: `server add port` of `server add port one door`. */
export function commandName(client: Client, line: string): string {
  const words = line.split(' ');
  if (client === 'nova') return words[0] ?? '';
  const at = words.findIndex((word) => [...VERBS, ...WITH_OBJECT, ...WITH_SECOND].includes(word));
  const [verb = '', ...more] = words.slice(at);
  const begins = (names: readonly string[]): string | undefined =>
    names.find((name) => `${more.join(' ')} `.startsWith(`${name} `));
  const second = WITH_OBJECT.includes(verb)
    ? (begins(TWO_WORDS) ?? more[0])
    : WITH_SECOND.includes(verb)
      ? begins(SECOND)
      : undefined;
  return [...words.slice(0, at), verb, ...(second === undefined ? [] : [second])].join(' ');
}
