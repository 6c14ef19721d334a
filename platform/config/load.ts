import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { VolvoxError } from '../errors/volvox-error.ts';
import { environmentName, type Option, parseOption, type Section, type SectionValues } from './options.ts';

export interface ConfigSources {
  /** Path of the YAML file; undefined: none. */
  readonly file?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Where a value came from, for `volvox config show`. */
type Origin = 'default' | 'file' | 'environment';

interface LoadedSection {
  readonly values: Readonly<Record<string, unknown>>;
  readonly origins: Readonly<Record<string, Origin>>;
}

type Sections = Readonly<Record<string, Section>>;
export type ConfigOf<S extends Sections> = { readonly [K in keyof S]: SectionValues<S[K]> };

/** Reads the sources the process was started with: `VOLVOX_CONFIG` names the file. The only place that reads `process.env`. */
export function processSources(): ConfigSources {
  return { file: process.env.VOLVOX_CONFIG, environment: process.env };
}

/**
 * Reads, checks and freezes the sections. Unknown options in a section that is read are errors; other sections are ignored, so
 * that one file serves all processes.
 * @throws VolvoxError invalid, naming every wrong option at once.
 */
export function loadConfig<S extends Sections>(sections: S, sources: ConfigSources): ConfigOf<S> {
  const loaded = loadWithOrigins(sections, sources);
  return Object.freeze(Object.fromEntries(Object.entries(loaded).map(([key, s]) => [key, s.values]))) as ConfigOf<S>;
}

function loadWithOrigins<S extends Sections>(sections: S, sources: ConfigSources): Record<keyof S, LoadedSection> {
  const file = readFile(sources.file);
  const wrong: string[] = [];
  const result: Record<string, LoadedSection> = {};
  for (const [key, definition] of Object.entries(sections)) {
    const inFile = (file[definition.name] ?? {}) as Record<string, unknown>;
    for (const name of Object.keys(inFile)) {
      if (!(name in definition.options)) wrong.push(`${definition.name}.${name}: no such option`);
    }
    const values: Record<string, unknown> = {};
    const origins: Record<string, Origin> = {};
    for (const [name, option] of Object.entries(definition.options)) {
      readOption(definition.name, name, option, inFile[name], sources, { values, origins, wrong });
    }
    if (wrong.length === 0) {
      const sentence = definition.check?.(values as never) ?? null;
      if (sentence !== null) wrong.push(`${definition.name}: ${sentence}`);
    }
    result[key] = { values: Object.freeze(values), origins };
  }
  if (wrong.length > 0) throw new VolvoxError('invalid', `configuration: ${wrong.join('; ')}`);
  return result as Record<keyof S, LoadedSection>;
}

function readOption(
  sectionName: string,
  name: string,
  option: Option<unknown>,
  fromFile: unknown,
  sources: ConfigSources,
  into: { values: Record<string, unknown>; origins: Record<string, Origin>; wrong: string[] },
): void {
  const variable = environmentName(sectionName, name);
  const fromEnvironment = sources.environment[variable];
  const raw = fromEnvironment ?? fromFile;
  if (raw === undefined) {
    if (option.fallback === undefined) {
      into.wrong.push(`${sectionName}.${name} must be given (${option.help}); in the environment: ${variable}`);
    }
    into.values[name] = option.fallback;
    into.origins[name] = 'default';
    return;
  }
  try {
    into.values[name] = parseOption(option, raw);
    into.origins[name] = fromEnvironment === undefined ? 'file' : 'environment';
  } catch (error) {
    into.wrong.push(`${sectionName}.${name}: ${(error as Error).message}`);
  }
}

function readFile(path: string | undefined): Record<string, unknown> {
  if (path === undefined) return {};
  try {
    return (parse(readFileSync(path, 'utf8')) ?? {}) as Record<string, unknown>;
  } catch (cause) {
    throw new VolvoxError('invalid', `configuration: cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}
