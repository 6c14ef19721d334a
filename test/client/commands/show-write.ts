import { expect } from 'vitest';
import type { TestRegion } from '../../support/test-region.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { untilServersAreIdle } from '../idle-servers.ts';
import { answerAt } from './answer-at.ts';
import { LATEST } from './read-command.ts';
import type { WriteCommand } from './write-command.ts';

const EFFECT_MS = 30_000;

/** Runs it by `client`, when no server is busy and its effect does not show yet, and waits until it does. @throws when it is refused. */
export async function showWrite(
  region: TestRegion,
  { run, path, shows, lacks }: WriteCommand,
  client: (line: string) => Promise<string>,
): Promise<void> {
  const hasEffect = async (): Promise<boolean> => {
    const found = JSON.stringify(await answerAt(region, path, LATEST));
    return (shows?.test(found) ?? true) && !(lacks?.test(found) ?? false);
  };
  await untilServersAreIdle(region.admin);
  expect(await hasEffect()).toBe(false);
  await client(run);
  await waitUntil(`the effect of ${run}`, hasEffect, EFFECT_MS);
}
