import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Figure, figuresOf, figureTable } from './figures.ts';
import { bin, REPOSITORY, runInherited } from './programs.ts';

const HELP = `npm run figures [-- --against DIR]

Prints how large this checkout is and what the checks find in it: files of sources, of tests and generated ones with the median and the
largest by lines; exports that nobody uses; retired words in files that git tracks; pairs of places that share six or more lines of code;
import cycles; microversions compared outside of version tables; SQL outside of stores; writes through a reader.

  --against DIR  the same of another checkout, in a column before this one. Its packages must be installed: types are built in both
`;

try {
  const { values } = parseArgs({ options: { against: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help === true) process.stdout.write(HELP);
  else await print(values.against);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function print(against: string | undefined): Promise<void> {
  const before = against === undefined ? [] : [{ title: 'before', figures: await measured(resolve(against)) }];
  const title = against === undefined ? 'here' : 'after';
  process.stdout.write(figureTable([...before, { title, figures: await measured(REPOSITORY) }]));
}

async function measured(checkout: string): Promise<readonly Figure[]> {
  const code = await runInherited(bin('tsc'), ['-b', checkout]);
  if (code !== 0) throw new Error(`the types of ${checkout} do not build; are its packages installed?`);
  return figuresOf(checkout);
}
