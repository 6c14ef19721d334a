import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { atInterrupt, interruptible } from '../../support/interruptible.ts';

const say = (line: string): void => void writeSync(1, `${line}\n`);

/** A program that has begun two things, and works until it is interrupted. */
await interruptible(async () => {
  atInterrupt(async () => say('first undone'));
  const done = atInterrupt(async () => say('never said'));
  atInterrupt(async () => {
    await delay(20);
    say('second undone');
  });
  done();
  say('works');
  try {
    await delay(60_000);
  } finally {
    say('finally');
  }
});
