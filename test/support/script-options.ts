import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

interface Rules<Name extends string> {
  /** Options whose value must be a whole number. */
  readonly counts?: readonly Name[];
  /** Options whose values must be among these. */
  readonly choices?: { readonly [N in Name]?: readonly string[] };
}

const HELP_OPTION = { help: { type: 'boolean', default: false } } as const;

/**
 * The options that a script was called with. `--help` prints `help` and ends the process with 0; an option that is unknown or wrong is named on
 * stderr and ends it with 2.
 */
export function scriptOptions<const O extends ParseArgsOptionsConfig>(
  help: string,
  options: O,
  rules: Rules<keyof O & string> = {},
) {
  try {
    const { values } = parseArgs({ options: { ...options, ...HELP_OPTION } });
    const given: Readonly<Record<string, unknown>> = values;
    if (given.help === true) return end(help, process.stdout, 0);
    for (const [name, value] of Object.entries(given)) {
      for (const one of [value].flat()) check(name, String(one), rules);
    }
    return values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return end(`${error.message}\n--help shows the options.\n`, process.stderr, 2);
  }
}

function check(name: string, value: string, { counts = [], choices = {} }: Rules<string>): void {
  if (counts.includes(name) && !/^\d+$/.test(value))
    throw new TypeError(`--${name} must be a whole number, not '${value}'`);
  const known = choices[name];
  if (known !== undefined && !known.includes(value))
    throw new TypeError(`--${name} must be one of ${known.join(', ')}, not '${value}'`);
}

function end(text: string, stream: NodeJS.WriteStream, code: number): never {
  stream.write(text);
  process.exit(code);
}
