import { REPOSITORY } from './programs.ts';
import { type Place, RETIRED_WORDS } from './retired-words.ts';
import { allWordHits } from './words.ts';

const PLACES: readonly Place[] = ['identifier', 'comment', 'string', 'markdown'];

/** `node deploy/checks/count-words.ts [WORD]`: how often each retired word is left, by place; or where one of them is. */
const [word] = process.argv.slice(2);
const hits = allWordHits(REPOSITORY);
if (word === undefined) {
  for (const retired of RETIRED_WORDS) {
    const counts = PLACES.map(
      (place) => `${place} ${hits.filter((hit) => hit.retired === retired && hit.place === place).length}`,
    );
    process.stdout.write(`${retired.word.padEnd(14)} ${counts.join(', ')} → ${retired.write}\n`);
  }
} else {
  for (const { file, line, place } of hits.filter(({ retired }) => retired.word === word)) {
    process.stdout.write(`${file}:${line}: ${place}\n`);
  }
}
