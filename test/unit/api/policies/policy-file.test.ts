import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PolicyFile } from '../../../../api/policies/policy-file.ts';
import { createPolicyMetrics } from '../../../../api/policies/policy-metrics.ts';

let folder: string;
let path: string;
let file: PolicyFile;
let registry: Registry;
let logged: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'volvox-policy-'));
  path = join(folder, 'policy.yaml');
  registry = new Registry();
  logged = [];
  const note = (details: object, message: string) => logged.push(`${message} ${JSON.stringify(details)}`);
  file = new PolicyFile(path, { info: note, warn: note, error: note } as never, createPolicyMetrics([registry]));
});
afterEach(async () => {
  await file.stop();
  rmSync(folder, { recursive: true });
});

const changed = () => [...file.current.changed.keys()].length > 0;
const metric = async (name: string) => (await registry.getSingleMetric(name)?.get())?.values;

it('is an error at the start when it is missing, too large or wrong', async () => {
  await expect(file.start()).rejects.toThrow(`cannot read the policy file ${path}`);
  writeFileSync(path, `#${'x'.repeat(1024 * 1024)}`);
  await expect(file.start()).rejects.toThrow('more than 1048576');
  writeFileSync(path, 'get_imagge: "!"');
  await expect(file.start()).rejects.toThrow(`${path}:1: get_imagge: there is no such rule`);
});

it('is read again when it changes; a wrong one leaves in force what was read before', async () => {
  writeFileSync(path, '{}');
  await file.start();
  expect(changed()).toBe(false);
  writeFileSync(path, 'get_image: "!"');
  file.check();
  expect(changed()).toBe(true);
  const before = file.current;
  writeFileSync(path, 'get_image: "nonsense"');
  file.check();
  expect(file.current).toBe(before);
  expect(logged.at(-1)).toContain(`${path}:1: get_image: \\"nonsense\\" is not role:NAME`);
  expect(await metric('volvox_api_policy_file_wrong')).toMatchObject([{ value: 1 }]);
  // It is logged once, not at every look.
  const lines = logged.length;
  file.check();
  expect(logged).toHaveLength(lines);
  rmSync(path);
  file.check();
  expect(file.current).toBe(before);
  writeFileSync(path, 'get_image: "@"\nget_images: "!"');
  file.check();
  expect(file.current).not.toBe(before);
  expect(await metric('volvox_api_policy_file_wrong')).toMatchObject([{ value: 0 }]);
  expect(await metric('volvox_api_policy_rules_changed')).toMatchObject([{ value: 2 }]);
});

it('is named when other users may write it', async () => {
  writeFileSync(path, '{}', { mode: 0o644 });
  await file.start();
  expect(logged.join()).not.toContain('chmod');
  chmodSync(path, 0o666);
  process.emit('SIGHUP');
  expect(logged.join()).toContain(`chmod go-w ${path}`);
});

it('is read again at SIGHUP, until it stops', async () => {
  writeFileSync(path, 'get_image: "!"');
  await file.start();
  const before = file.current;
  process.emit('SIGHUP');
  expect(file.current).not.toBe(before);
  const listeners = process.listenerCount('SIGHUP');
  await file.stop();
  expect(process.listenerCount('SIGHUP')).toBe(listeners - 1);
});

it('stays in force when the file cannot be looked at any more, is a pipe, or is a folder; each is logged once', async () => {
  writeFileSync(path, 'get_image: "!"');
  await file.start();
  const before = file.current;
  const ways = [
    () => symlinkSync(path, path),
    () => execFileSync('mkfifo', [path]),
    () => symlinkSync(folder, path),
    () => symlinkSync('/dev/zero', path),
  ];
  for (const way of ways) {
    rmSync(path);
    way();
    const lines = logged.length;
    file.check();
    file.check();
    expect(file.current).toBe(before);
    expect(logged).toHaveLength(lines + 1);
    expect(logged.at(-1)).toContain(`cannot read the policy file ${path}`);
  }
});
