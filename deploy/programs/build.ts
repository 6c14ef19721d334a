import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { REPOSITORY } from '../local/environment.ts';
import { PROGRAMS } from './program-names.ts';

/**
 * `node deploy/programs/build.ts FOLDER`: bundles every program of Volvox into FOLDER, as `api/main.js` and so on, with the code that several
 * of them share in files of its own. Packages are part of it; what they load at run time comes from node_modules. It ends with 0, or says why
 * not. Another process does this for who starts a region, which would keep the memory of the bundler.
 */

/** Sources find files next to them, so they keep their own path. */
const ownPaths: Plugin = {
  name: 'own-paths',
  transform: (code, id) => {
    if (!id.startsWith(REPOSITORY) || id.includes('/node_modules/') || !code.includes('import.meta.')) return null;
    return code
      .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
      .replaceAll('import.meta.url', JSON.stringify(`file://${id}`));
  },
};

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node deploy/programs/build.ts FOLDER');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const bundle = await rolldown({
  cwd: REPOSITORY,
  input: Object.fromEntries(PROGRAMS.map((name) => [`${name}/main`, `${name}/main.ts`])),
  platform: 'node',
  plugins: [ownPaths],
  onLog: (level, log) => {
    if (level === 'warn') process.stderr.write(`${log.message}\n`);
  },
});
await bundle.write({ dir: folder, format: 'esm', chunkFileNames: 'shared/[name]-[hash].js' });
await bundle.close();
