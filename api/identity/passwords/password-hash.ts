import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);

/** OWASP's second choice of parameters; they stand in each hash, so raising them leaves the old ones readable. */
const PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const TAG_LENGTH = 32;

/** @returns `argon2id$memory=…,passes=…,parallelism=…$salt$tag`, salt and tag in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive('argon2id', { message: password, nonce, tagLength: TAG_LENGTH, ...PARAMETERS });
  const { memory, passes, parallelism } = PARAMETERS;
  return `argon2id$memory=${memory},passes=${passes},parallelism=${parallelism}$${nonce.toString('base64url')}$${tag.toString('base64url')}`;
}

/** False also for a hash that cannot be read, or none; it takes as long as a wrong password then, so that nobody can probe for names. */
export async function passwordMatches(password: string, hash: string | null): Promise<boolean> {
  const parsed = hash === null ? null : parse(hash);
  const { parameters, nonce, tag } = parsed ?? DUMMY;
  const found = await derive('argon2id', { message: password, nonce, tagLength: tag.length, ...parameters });
  return timingSafeEqual(found, tag) && parsed !== null;
}

interface Parsed {
  readonly parameters: { readonly memory: number; readonly passes: number; readonly parallelism: number };
  readonly nonce: Buffer;
  readonly tag: Buffer;
}

const DUMMY: Parsed = { parameters: PARAMETERS, nonce: Buffer.alloc(16), tag: Buffer.alloc(TAG_LENGTH) };

function parse(hash: string): Parsed | null {
  const match = /^argon2id\$memory=(\d+),passes=(\d+),parallelism=(\d+)\$([\w-]+)\$([\w-]+)$/.exec(hash);
  if (match === null) return null;
  const [, memory, passes, parallelism, nonce = '', tag = ''] = match;
  return {
    parameters: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    nonce: Buffer.from(nonce, 'base64url'),
    tag: Buffer.from(tag, 'base64url'),
  };
}
