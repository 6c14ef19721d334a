import type { KeyPairRecord } from '#platform/directory/stores/key-pairs.ts';
import type { Microversion } from '../../http/microversion.ts';
import { since } from '../../http/since.ts';
import { naiveTime } from '../naive-time.ts';

const SINCE = since({ type: 2 });

/** The members of a key pair in every answer. */
const core = (keyPair: KeyPairRecord, version: Microversion): Record<string, unknown> => ({
  name: keyPair.name,
  public_key: keyPair.publicKey,
  fingerprint: keyPair.fingerprint,
  ...(SINCE.type(version) ? { type: keyPair.type } : {}),
});

export const keyPairInList = (keyPair: KeyPairRecord, version: Microversion): Record<string, unknown> => ({
  keypair: core(keyPair, version),
});

/** `privateKey` null: the user brought the key. It is shown this once and kept nowhere. */
export const keyPairCreated = (
  keyPair: KeyPairRecord,
  privateKey: string | null,
  version: Microversion,
): Record<string, unknown> => ({
  keypair: {
    ...core(keyPair, version),
    user_id: keyPair.userId,
    ...(privateKey === null ? {} : { private_key: privateKey }),
  },
});

export const keyPairDetail = (keyPair: KeyPairRecord, version: Microversion): Record<string, unknown> => ({
  keypair: {
    ...core(keyPair, version),
    id: keyPair.id,
    user_id: keyPair.userId,
    created_at: naiveTime(keyPair.createdAt),
    updated_at: null,
    deleted: false,
    deleted_at: null,
  },
});
