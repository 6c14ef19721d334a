import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { REPOSITORY } from '../checks/programs.ts';
import { generatedPages } from './pages.ts';

const HELP = `npm run docs

Writes the pages that are made from the code: the operations of the APIs with their microversions, policies and tests, where the Compute
API differs from Nova, the commands of clients that tests run, and the table of policies. \`npm run check\` fails when one of them is not what the code says. \`npm run generate\`
writes them too, with the types of the client.
`;

if (process.argv.includes('--help')) process.stdout.write(HELP);
else {
  for (const { path, text } of await generatedPages()) {
    await writeFile(path, text);
    process.stdout.write(`${relative(REPOSITORY, path)}: ${text.split('\n').length} lines\n`);
  }
}
