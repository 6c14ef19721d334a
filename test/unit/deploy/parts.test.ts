import { describe, expect, it } from 'vitest';
import { environmentName } from '#platform/config/options.ts';
import { loadPart, PART_NAMES } from '../../../deploy/cli/parts.ts';

describe('the parts of volvox run and volvox config show', () => {
  it('are all processes', () => {
    expect(PART_NAMES).toEqual(['api', 'scheduler', 'super-conductor', 'conductor', 'compute', 'network']);
    expect(() => loadPart('nothing')).toThrow(/unknown part nothing; the parts are: api, scheduler/);
  });

  it.each(PART_NAMES)(
    '%s explains every option, and no two share a variable',
    async (name) => {
      const sections = Object.values((await loadPart(name)).sections);
      const options = sections.flatMap((section) =>
        Object.entries(section.options).map(([option, { help }]) => ({
          variable: environmentName(section.name, option),
          help,
        })),
      );
      expect(options.length).toBeGreaterThan(3);
      expect(options.filter(({ help }) => !/^[A-Za-z].*\.$/.test(help))).toEqual([]);
      expect(new Set(options.map(({ variable }) => variable)).size).toBe(options.length);
    },
    20_000,
  );
});
