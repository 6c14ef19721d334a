import type { ApiClient } from '../../../deploy/client/api-client.ts';
import { newServer } from '../server-calls.ts';

/** Where the guest answers. */
export const PORT = 7007;
const SECTOR_BYTES = 512;

/**
 * Writes a counter to the sectors of its second disk, one after the other, each flushed before the next, and answers each line of a connection
 * with the line and the last counter that the disk has taken.
 */
const USER_DATA = `#!/bin/sh
echo 0 > /run/taken
cat > /run/count <<'END'
#!/bin/sh
while :; do
  n=$((n+1))
  printf '%0511d\\n' $n | dd of=/dev/vdb bs=${SECTOR_BYTES} seek=$n count=1 iflag=fullblock conv=notrunc,fsync 2>/dev/null && echo $n > /run/taken
done
END
cat > /run/answer <<'END'
#!/bin/sh
while read -r line; do
  read -r n < /run/taken
  [ -n "$n" ] && taken=$n
  echo "$line $taken"
done
END
cat > /run/listen <<'END'
#!/bin/sh
while :; do nc -l -p ${PORT} -e /run/answer; done
END
chmod +x /run/count /run/answer /run/listen
/run/count </dev/null >/dev/null 2>&1 &
/run/listen </dev/null >/dev/null 2>&1 &
echo "counts"
`;

/** What its console says when it does. */
export const READY = 'user-data: counts';

/** A flavor with a second disk; its id. */
export async function countingFlavor(admin: ApiClient): Promise<string> {
  const id = 'counting';
  const flavor = { id, name: id, vcpus: 1, ram: 128, disk: 1, 'OS-FLV-EXT-DATA:ephemeral': 1 };
  await admin.call('compute', 'POST /flavors', { body: { flavor } });
  return id;
}

/** With two network cards and a config drive. @returns its id. */
export const aCountingGuest = (
  admin: ApiClient,
  { image, network, flavor }: { image: string; network: string; flavor: string },
): Promise<string> =>
  newServer(admin, {
    ...{ name: 'counting', flavorRef: flavor, imageRef: image, config_drive: true },
    networks: [{ uuid: network }, { uuid: network }],
    user_data: Buffer.from(USER_DATA).toString('base64'),
  });

/** The counters up to `taken` that the second disk, as bytes, does not have. */
export const lostOf = (disk: Buffer, taken: number): readonly number[] =>
  Array.from({ length: taken }, (_, index) => index + 1).filter(
    (counter) =>
      Number(disk.subarray(counter * SECTOR_BYTES, (counter + 1) * SECTOR_BYTES).toString('latin1')) !== counter,
  );
