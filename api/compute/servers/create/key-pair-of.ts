import type { Directory } from '#platform/directory/directory.ts';
import { getKeyPair } from '#platform/directory/stores/key-pairs.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';

/** The key pair of this name that a server gets; none without a name. @throws VolvoxError invalid when the user has none of this name. */
export async function keyPairOf(
  directory: Directory,
  userId: string,
  name: string | null | undefined,
): Promise<InstanceBuild['keyPair']> {
  if (name === undefined || name === null) return null;
  const found = await getKeyPair(directory.read, userId, name).catch((error: unknown) => {
    throw isVolvoxError(error, 'not-found')
      ? new VolvoxError(
          'invalid',
          'Invalid key_name provided. server.key_name must be the name of a key pair of this user.',
        )
      : error;
  });
  return { name: found.name, publicKey: found.publicKey, type: found.type, fingerprint: found.fingerprint };
}
