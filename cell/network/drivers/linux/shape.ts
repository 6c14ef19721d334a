import { runCommand } from '../../../agent/run-command.ts';
import { LARGEST_FRAME, type Shape, shapeName } from '../../desired-traffic.ts';
import type { TapShape } from '../../next-steps.ts';
import type { HostSetup } from './host-setup.ts';
import { inNamespace } from './ip.ts';

/** Its answer is `Queue[]`. */
export const QUEUE_QUESTION = 'tc -j qdisc show';

/** A queue of a device, as tc prints it. */
export interface Queue {
  readonly kind: string;
  readonly handle: string;
  readonly dev?: string;
  readonly root?: boolean;
  readonly options?: { readonly rate?: number };
}

/** By device: the shape that stands there. Whoever reads it has to know that other queues than these are not the agent's. */
export const observedShapes = (queues: readonly Queue[]): ReadonlyMap<string, string> =>
  new Map(
    queues.flatMap(({ kind, root, dev, handle, options }) =>
      kind === 'tbf' && root === true && dev !== undefined
        ? [[dev, shapeName({ handle: handle.replace(/:$/, ''), perSecond: options?.rate ?? 0 })]]
        : [],
    ),
  );

/** How long a packet waits at most while its queue empties at the rate, and the most that waits. */
const WAIT_SECONDS = 0.05;
const LONGEST_QUEUE = 2_147_483_647;

/** What comes to these taps waits, and is dropped when too much waits: guests see a slower line, and senders slow down. One command of the kernel for each tap. */
export async function shapeTaps(setup: HostSetup, taps: readonly TapShape[]): Promise<void> {
  const commands = taps.map(({ name, shape }) =>
    shape === null ? `qdisc delete dev ${name} root` : `qdisc replace dev ${name} root ${queueOf(shape)}`,
  );
  await runCommand('ip', inNamespace(setup.namespace, 'tc', '-batch', '-'), { input: `${commands.join('\n')}\n` });
}

/** Bytes and bits are whole numbers, as tc reads them. */
function queueOf({ handle, perSecond, burst, peak }: Shape): string {
  const limit = Math.min(Math.ceil(burst + perSecond * WAIT_SECONDS), LONGEST_QUEUE);
  const tops = peak === null ? '' : ` peakrate ${peak * 8}bit mtu ${LARGEST_FRAME}`;
  return `handle ${handle}: tbf rate ${perSecond * 8}bit burst ${burst} limit ${limit}${tops}`;
}
