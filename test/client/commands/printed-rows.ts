import type { Found } from './read-command.ts';

/** The rows that `openstack … -f json` printed; of one thing, a row. */
export function printedRows(said: string): readonly Found[] {
  const [json = ''] = /[[{].*/s.exec(said) ?? [];
  return [JSON.parse(json) as Found | readonly Found[]].flat();
}
