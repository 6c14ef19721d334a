import type { Command } from 'commander';
import { loadWithOrigins, processSources } from '#platform/config/load.ts';
import { environmentName } from '#platform/config/options.ts';
import { asJson, asTable, type Row } from './output.ts';
import { loadPart, PART_NAMES } from './parts.ts';

/** `volvox config show`: every option of the parts, its value, and whether file, environment or default gave it. Secrets stay hidden. */
export function addConfigCommand(program: Command): void {
  program
    .command('config')
    .description('how processes are configured')
    .command('show [parts...]')
    .description(`the options of parts, of all unless named: ${PART_NAMES.join(', ')}`)
    .option('--help-texts', 'with the sentence that explains each')
    .action(async (names: string[], flags: { helpTexts?: boolean }) => {
      const rows = new Map<string, Row>();
      for (const name of names.length > 0 ? names : PART_NAMES) {
        for (const row of await optionsOf(name, flags.helpTexts ?? false)) rows.set(String(row.option), row);
      }
      const { json } = program.opts<{ json?: boolean }>();
      const list = [...rows.values()];
      process.stdout.write(json ? asJson(list) : asTable(list));
    });
}

async function optionsOf(name: string, withHelp: boolean): Promise<Row[]> {
  const { sections } = await loadPart(name);
  return Object.values(sections).flatMap((section) => {
    const loaded = valuesOf(section);
    return Object.entries(section.options).map(([option, { help }]) => ({
      option: `${section.name}.${option}`,
      value: String(loaded.values[option] ?? '(must be given)'),
      from: loaded.origins[option] ?? '-',
      variable: environmentName(section.name, option),
      ...(withHelp ? { help } : {}),
    }));
  });
}

/** A section that lacks something is shown all the same, as it would be without file and environment. */
function valuesOf(section: Parameters<typeof loadWithOrigins>[0][string]) {
  try {
    return loadWithOrigins({ section }, processSources()).section;
  } catch {
    const values = Object.fromEntries(Object.entries(section.options).map(([name, { fallback }]) => [name, fallback]));
    return { values, origins: {} as Record<string, string> };
  }
}
