import { aggregateNumber } from '../aggregate-number.ts';
import type { HostLoad, HostView } from '../host-view.ts';
import type { Filter } from './filter.ts';

interface LoadLimit {
  readonly name: string;
  readonly key: keyof HostLoad;
  /** The key of aggregates' metadata by which they set another limit for their hosts; the least counts. */
  readonly aggregateKey: string;
  /** Of hosts whose aggregates set none. */
  readonly configured: number;
  readonly reached: string;
}

function loadLimit({ name, key, aggregateKey, configured, reached }: LoadLimit): Filter {
  const of = (host: HostView): number => Math.ceil(aggregateNumber(host, aggregateKey, configured));
  return {
    name,
    limit: { key, of, reached },
    question: () => (host) => (host.load[key] < of(host) ? null : reached),
  };
}

/** NumInstancesFilter and AggregateNumInstancesFilter of Nova. */
export const numInstances = (configured: number): Filter =>
  loadLimit({
    name: 'num-instances',
    key: 'guests',
    aggregateKey: 'max_instances_per_host',
    configured,
    reached: 'it has the maximum number of servers',
  });

/** IoOpsFilter and AggregateIoOpsFilter of Nova. */
export const ioOps = (configured: number): Filter =>
  loadLimit({
    name: 'io-ops',
    key: 'ioOps',
    aggregateKey: 'max_io_ops_per_host',
    configured,
    reached: 'it builds, moves or saves the maximum number of servers',
  });
