import { REPOSITORY } from './programs.ts';
import { type Location, RETIRED_WORDS } from './retired-words.ts';
import { allWordHits } from './words.ts';

const LOCATIONS: readonly Location[] = ['identifier', 'comment', 'string', 'markdown'];

/** `node deploy/checks/count-words.ts [WORD]`: how often each retired word is left, by place; or where one of them is. */
const [word] = process.argv.slice(2);
const hits = allWordHits(REPOSITORY);
if (word === undefined) {
  for (const retired of RETIRED_WORDS) {
    const counts = LOCATIONS.map(
      (location) => `${location} ${hits.filter((hit) => hit.retired === retired && hit.location === location).length}`,
    );
    process.stdout.write(`${retired.word.padEnd(14)} ${counts.join(', ')} → ${retired.write}\n`);
  }
} else {
  for (const { file, line, location } of hits.filter(({ retired }) => retired.word === word)) {
    process.stdout.write(`${file}:${line}: ${location}\n`);
  }
}
