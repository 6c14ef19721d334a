import type { ApiClient } from '../../../deploy/client/api-client.ts';
import { newServer } from '../server-calls.ts';

/** Slower than a changing guest changes its memory, MiB a second: a live migration of it does not end by itself. */
export const SLOW_MIGRATIONS = { VOLVOX_COMPUTE_MIGRATION_BANDWIDTH_MB: '4' };

/** Changes all of a large part of its memory, again and again, and says each time that it did. */
const SCRIPT = `#!/bin/sh
cat > /run/change <<'END'
#!/bin/sh
while :; do
  n=$((n+1))
  dd if=/dev/urandom of=/run/junk bs=1M count=24 conv=notrunc 2>/dev/null
  echo "round $n" > /dev/ttyS0
done
END
chmod +x /run/change
/run/change </dev/null >/dev/null 2>&1 &
`;

/** Asks for the server `changing`, whose guest changes its memory. @returns its id. */
export async function newChangingServer(api: ApiClient): Promise<string> {
  const { images } = await api.call('image', 'GET /v2/images', { query: { name: 'volvox-guest' } });
  return newServer(api, {
    ...{ name: 'changing', flavorRef: '1', imageRef: images[0]?.id ?? '', networks: 'auto' },
    user_data: Buffer.from(SCRIPT).toString('base64'),
  });
}

/** How many times the guest said that it changed its memory. */
export const roundsIn = (console: string): number => [...console.matchAll(/^round \d+/gm)].length;
