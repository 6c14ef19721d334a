import { expect, it } from 'vitest';
import { parseOption } from '#platform/config/options.ts';
import { loadPart, PART_NAMES } from '../../../deploy/cli/parts.ts';

/** Every option of every process that is a key, by its name. */
async function keyOptions() {
  const parts = await Promise.all(PART_NAMES.map(loadPart));
  const sections = parts.flatMap((part) => Object.values(part.sections));
  return sections.flatMap(({ name, options }) =>
    Object.entries(options).flatMap(([option, definition]) =>
      definition.type === 'secret' && /key$/i.test(option) ? [[`${name}.${option}`, definition] as const] : [],
    ),
  );
}

it('no process takes a key of fewer than 32 characters (E10)', async () => {
  const options = new Map(await keyOptions());
  expect([...options.keys()].sort()).toEqual(
    expect.arrayContaining(['cell.agentKey', 'conductor.doorKey', 'trust.serviceKey', 'trust.signingKey']),
  );
  for (const [name, option] of options) {
    expect(() => parseOption(option, 'k'.repeat(31)), name).toThrow('32 characters or more');
    expect(() => parseOption(option, 'k'.repeat(32)), name).not.toThrow();
  }
}, 60_000);
