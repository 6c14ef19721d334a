import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Logger } from '#platform/logging/logger.ts';
import { vendorData } from '../../../../../cell/conductor/agents/vendor-data.ts';

let folder: string;
let said: string[];
const log = { error: (about: { reason: string }) => said.push(about.reason) } as unknown as Logger;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'volvox-vendor-'));
  said = [];
});
afterEach(() => rm(folder, { recursive: true }));

const ofFile = async (text: string) => {
  const path = join(folder, 'vendor.json');
  await writeFile(path, text);
  return vendorData(path, log);
};

it('is the object in the file, as it is now', async () => {
  expect(await vendorData('', log)).toBeUndefined();
  expect(await ofFile('{"cloud": "ours"}')).toEqual({ cloud: 'ours' });
  expect(await ofFile('{"cloud": "yours"}')).toEqual({ cloud: 'yours' });
  expect(said).toEqual([]);
});

it('is nothing, and the log says why, when the file cannot be told', async () => {
  expect(await vendorData(join(folder, 'none.json'), log)).toBeUndefined();
  for (const text of ['{', '[1]', 'null', JSON.stringify({ long: 'x'.repeat(64 * 1024) })]) {
    expect(await ofFile(text)).toBeUndefined();
  }
  expect(await ofFile(`{"deep": ${'['.repeat(40)}${']'.repeat(40)}}`)).toBeUndefined();
  expect(said).toEqual([
    expect.stringMatching(/ENOENT/),
    expect.stringMatching(/JSON/),
    ...Array.from({ length: 2 }, () => 'it is not a JSON object'),
    'it has more than 65536 bytes',
    'it nests more than 32 levels deep',
  ]);
});
