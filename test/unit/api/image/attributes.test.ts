import { expect, test } from 'vitest';
import { NEW_IMAGE, readAttributes } from '../../../../api/image/images/attributes.ts';
import { applyPatch } from '../../../../api/image/images/patch.ts';

const properties = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 'x']));

test('an image has 128 properties and no more', () => {
  const full = readAttributes(NEW_IMAGE, { name: 'n', ...properties(128) });
  expect([full.name, Object.keys(full.properties).length]).toEqual(['n', 128]);
  expect(readAttributes(full, { key5: 'y', min_ram: 64 })).toMatchObject({ minRamMb: 64, properties: { key5: 'y' } });
  const tooMany = { kind: 'too-large', message: expect.stringContaining('Attempted: 129, Maximum: 128') };
  expect(() => readAttributes(full, { another: 'x' })).toThrow(expect.objectContaining(tooMany));
  expect(() => applyPatch(full, [{ op: 'add', path: '/another', value: 'x' }])).toThrow(
    expect.objectContaining(tooMany),
  );
});

test('an image that has more of them can be changed, and given no further ones', () => {
  const before = { ...NEW_IMAGE, properties: properties(200) };
  expect(applyPatch(before, [{ op: 'replace', path: '/key7', value: 'y' }]).properties.key7).toBe('y');
  expect(Object.keys(applyPatch(before, [{ op: 'remove', path: '/key7' }]).properties)).toHaveLength(199);
  expect(() => readAttributes(before, { another: 'x' })).toThrow('Maximum: 128');
});

test('a body full of properties is read in a time that grows with its length only', () => {
  const started = performance.now();
  expect(() => readAttributes(NEW_IMAGE, properties(20_000))).toThrow('Attempted: 20000');
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('a property may have any name', () => {
  const image = readAttributes(NEW_IMAGE, JSON.parse('{"__proto__": "a", "constructor": "b"}'));
  expect(Object.entries(image.properties)).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
});

test('an image has 128 tags and no more', () => {
  const tags = Array.from({ length: 129 }, (_, index) => `t${index}`);
  expect(readAttributes(NEW_IMAGE, { tags: tags.slice(1) }).tags).toHaveLength(128);
  expect(() => readAttributes(NEW_IMAGE, { tags })).toThrow('allowed image tags. Attempted: 129, Maximum: 128');
});

test('all properties of an image together have 64 KiB of JSON and no more', () => {
  const large = (key: string, bytes: number) => ({ [key]: 'x'.repeat(bytes - 7 - key.length) });
  const full = readAttributes(NEW_IMAGE, large('a', 64 * 1024));
  const refused = expect.objectContaining({
    kind: 'too-large',
    message: expect.stringMatching(/'properties'.*Attempted: 65541, Maximum: 65536/),
  });
  expect(() => readAttributes(full, { b: '' })).toThrow(expect.objectContaining({ kind: 'too-large' }));
  expect(() => readAttributes(NEW_IMAGE, large('a', 64 * 1024 + 5))).toThrow(refused);
  expect(() => readAttributes(NEW_IMAGE, { a: '😀'.repeat(17_000) })).toThrow('Maximum: 65536');
});

test('an image that has more bytes of them can be changed, and not made larger', () => {
  const before = { ...NEW_IMAGE, properties: { a: 'x'.repeat(65_000), b: 'y'.repeat(65_000) } };
  expect(applyPatch(before, [{ op: 'replace', path: '/b', value: 'y'.repeat(64_000) }]).properties.b).toHaveLength(
    64_000,
  );
  expect(readAttributes(before, { name: 'other' }).name).toBe('other');
  expect(() => readAttributes(before, { c: '' })).toThrow('Maximum: 65536');
});
