import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { processSources } from '#platform/config/load.ts';
import { environmentName, type Option, parseOption } from '#platform/config/options.ts';
import { asJson, asTable, type Row } from './output.ts';
import { loadPart, PART_NAMES } from './parts.ts';

/** `volvox config show`: every option of the parts, its value, and whether file, environment or default gave it. Secrets stay hidden. */
export function addConfigCommand(program: Command): void {
  program
    .command('config')
    .description('the configuration of processes')
    .command('show [parts...]')
    .description(`show the options of the named parts (default: of all): ${PART_NAMES.join(', ')}`)
    .option('--help-texts', 'explain each option')
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
  const { file, environment } = processSources();
  const inFile = file === undefined ? {} : readConfigFile(file);
  return Object.values(sections).flatMap(({ name: section, options }) =>
    Object.entries(options).map(([option, definition]) => {
      const variable = environmentName(section, option);
      return {
        option: `${section}.${option}`,
        ...shown(definition, environment[variable], inFile[section]?.[option]),
        variable,
        ...(withHelp ? { help: definition.help } : {}),
      };
    }),
  );
}

/** Each option by itself: one that is missing or wrong is shown as such, and hides no other. */
function shown(option: Option<unknown>, fromEnvironment: unknown, fromFile: unknown): { value: string; from: string } {
  const raw = fromEnvironment ?? fromFile;
  if (raw === undefined) {
    const must = option.fallback === undefined;
    return { value: must ? '(must be given)' : String(option.fallback), from: must ? '-' : 'default' };
  }
  const from = fromEnvironment === undefined ? 'file' : 'environment';
  try {
    return { value: String(parseOption(option, raw)), from };
  } catch (error) {
    return { value: `(wrong: ${(error as Error).message})`, from };
  }
}

/** @throws when it cannot be read, naming it. */
function readConfigFile(path: string): Record<string, Record<string, unknown> | undefined> {
  try {
    return parse(readFileSync(path, 'utf8')) ?? {};
  } catch (cause) {
    throw new Error(`cannot read ${path}, which VOLVOX_CONFIG names: ${(cause as Error).message}`, { cause });
  }
}
