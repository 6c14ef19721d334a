import {
  directorySection,
  globalRedisSection,
  logSection,
  metricsSection,
  trustSection,
} from '#platform/config/common-sections.ts';
import type { ConfigOf } from '#platform/config/load.ts';
import { flag, integer, list, section, text } from '#platform/config/options.ts';
import { tlsSection } from '#platform/config/tls-section.ts';
import { parseCidr } from '#platform/objects/ip-address.ts';
import { budgetsSection } from './budgets/config.ts';
import { whyNotAliases } from './compute/servers/create/device-aliases.ts';
import { consolesSection } from './consoles/config.ts';
import { DEFAULT_MAX_KEYS } from './http/idempotency/key-counts.ts';

const apiSection = section(
  'api',
  {
    host: text({ help: 'The address the REST API listens on.', fallback: '127.0.0.1' }),
    port: integer({ help: 'Its port.', fallback: 8774, minimum: 0, maximum: 65535 }),
    certFile: text({
      help: 'Certificate of the REST API for its clients, PEM, with intermediate ones after it; it may change while the process runs. Empty: plain, on loopback only.',
      fallback: '',
    }),
    keyFile: text({ help: 'The private key of that certificate, PEM.', fallback: '' }),
    agentHost: text({
      help: 'The address that serves images to compute agents, with mutual TLS.',
      fallback: '127.0.0.1',
    }),
    agentPort: integer({
      help: 'Its port; needs the section tls. 0: none, and agents fetch images at publicUrl.',
      fallback: 0,
      minimum: 0,
      maximum: 65535,
    }),
    agentUrl: text({ help: 'How compute agents reach that port; empty: publicUrl.', fallback: '' }),
    publicUrl: text({
      help: 'How clients reach the API; it stands in the catalog and in links.',
      fallback: 'http://127.0.0.1:8774',
    }),
    trustedProxies: list({ help: 'Networks of proxies whose X-Forwarded-* headers are believed.', fallback: [] }),
    schedulerUrl: text({ help: 'Where a scheduler answers.', fallback: 'http://127.0.0.1:8775' }),
    region: text({ help: 'The name of the region in the catalog.', fallback: 'RegionOne' }),
    policyFile: text({
      help: 'A YAML file of policies that replace the defaults (docs/policy.md), `"RULE": "CHECK"`; it may change while the process runs. Empty: none.',
      fallback: '',
    }),
    tokenLifetimeSeconds: integer({ help: 'How long a token is valid.', fallback: 3600, minimum: 60 }),
    imageDir: text({ help: 'Where the bytes of images are kept.', fallback: '/var/lib/volvox/images' }),
    checkResponses: flag({
      help: 'Check every answer against the schema that its route declares, and fail the request when it differs. For development and tests.',
      fallback: false,
    }),
    imageReserveMb: integer({
      help: 'Free disk that uploads of images leave, MiB; an upload that would pass it is refused with 507. 0: none.',
      fallback: 1024,
      minimum: 0,
    }),
    imageCountTotal: integer({
      help: 'Most images of a project, unless its own limits say otherwise (`PUT /image/v2/quotas/PROJECT`); -1: any number.',
      fallback: 1_000,
      minimum: -1,
    }),
    imageSizeTotalMb: integer({
      help: 'The same for the size of all its images together, with uploads in progress, MiB.',
      fallback: 1024 * 1024,
      minimum: -1,
    }),
    imageCountUploading: integer({ help: 'The same for uploads in progress.', fallback: 20, minimum: -1 }),
    maxIdempotencyKeys: integer({
      help: 'Most requests of a project that are kept under their Idempotency-Key at once, each for a day; above, a request with a key gets 429.',
      fallback: DEFAULT_MAX_KEYS,
      minimum: 1,
    }),
    pciAliases: text({
      help: 'Aliases for devices of hosts, by which flavors ask for them (`pci_passthrough:alias=gpu:1`), as JSON with the members of Nova\'s `[pci] alias`: a list of {"name": "gpu", "vendor_id": "10de", "product_id": "2230"}, also with `device_type`, `numa_policy` and `resource_class`. Equal on all API processes.',
      fallback: '',
    }),
    reservedRanges: list({
      help: "IP ranges that no new subnet may overlap: the hosts' own, such as network.uplinkCidr of every host.",
      fallback: ['100.64.0.0/30'],
    }),
    imageMaxMb: integer({ help: 'The largest image that is taken, MiB.', fallback: 1024 * 1024, minimum: 1 }),
  },
  ({ certFile, keyFile, agentPort, agentUrl, reservedRanges, pciAliases }) => {
    const wrongAlias = whyNotAliases(pciAliases);
    if (wrongAlias !== null) return wrongAlias;
    const wrong = reservedRanges.find((range) => parseCidr(range) === null);
    if (wrong !== undefined) return `reservedRanges: ${wrong} is not an IP range`;
    if ((certFile === '') !== (keyFile === '')) return 'certFile and keyFile must be given together';
    return (agentPort === 0) === (agentUrl === '') ? null : 'agentPort and agentUrl must be given together';
  },
);

/** The sections the api process reads. */
export const API_SECTIONS = {
  log: logSection,
  metrics: metricsSection,
  directory: directorySection,
  globalRedis: globalRedisSection,
  trust: trustSection,
  tls: tlsSection,
  api: apiSection,
  budgets: budgetsSection,
  consoles: consolesSection,
} as const;
export type ApiProcessConfig = ConfigOf<typeof API_SECTIONS>;
export type ApiConfig = ApiProcessConfig['api'];
