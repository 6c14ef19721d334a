import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { pacedBody } from '../../../../api/image/images/paced-body.ts';
import { untakenRejections } from '../../../support/untaken-rejections.ts';

const open = new AbortController().signal;
/** A body that the test sends, chunk by chunk. */
const aBody = () => new Readable({ read: () => undefined });
const all = async (body: AsyncIterable<Buffer>): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

test('a body comes whole', async () => {
  expect(await all(pacedBody(Readable.from([Buffer.from('ab'), Buffer.from('c')]), open))).toBe('abc');
});

test('a body that stops coming is refused with 408, and stays open for the answer', async () => {
  const source = aBody();
  source.push('begun');
  const refused = all(pacedBody(source, open, { graceMs: 30, bytesPerSecond: 1_000_000 }));
  await expect(refused).rejects.toMatchObject({ status: 408 });
  expect(source.destroyed).toBe(false);
});

test('a body that comes byte by byte is refused too', async () => {
  const source = aBody();
  const timer = setInterval(() => source.push('x'), 10);
  try {
    const refused = all(pacedBody(source, open, { graceMs: 200, bytesPerSecond: 1_000 }));
    await expect(refused).rejects.toMatchObject({ status: 408 });
  } finally {
    clearInterval(timer);
  }
});

test('the time in which the reader is slow does not count', async () => {
  const source = Readable.from(Array.from({ length: 5 }, () => Buffer.from('x')));
  let bytes = 0;
  for await (const chunk of pacedBody(source, open, { graceMs: 100, bytesPerSecond: 1 })) {
    bytes += chunk.length;
    const until = performance.now() + 60;
    while (performance.now() < until);
  }
  expect(bytes).toBe(5);
});

test('it ends with its request', async () => {
  const gone = new AbortController();
  const source = aBody();
  const ended = all(pacedBody(source, gone.signal));
  gone.abort(new Error('the client has gone'));
  await expect(ended).rejects.toThrow('the client has gone');
});

test('a body that ends early is an error', async () => {
  const source = aBody();
  const ended = all(pacedBody(source, open));
  source.destroy(new Error('aborted'));
  await expect(ended).rejects.toThrow('aborted');
});

test('a body that breaks after its request has gone leaves no untaken rejection', async () => {
  const gone = new AbortController();
  gone.abort(new Error('the client has gone'));
  const untaken = await untakenRejections(async () => {
    const source = aBody();
    const ended = all(pacedBody(source, gone.signal));
    await expect(ended).rejects.toThrow('the client has gone');
    const closed = new Promise((resolve) => source.once('close', resolve));
    source.destroy(new Error('aborted'));
    await closed;
  });
  expect(untaken).toEqual([]);
});
