import { flag, section, text } from './options.ts';

/** What every process that speaks to another one reads. See docs/security.md. */
export const tlsSection = section(
  'tls',
  {
    certFile: text({
      help: 'Certificate of this process for all connections between processes, PEM, with intermediate ones after it; it names the role and the hosts. It may change while the process runs. Empty: no TLS, and then everything stays on loopback.',
      fallback: '',
    }),
    keyFile: text({ help: 'The private key of that certificate, PEM.', fallback: '' }),
    caFile: text({
      help: 'Authorities whose certificates are accepted from peers, databases and Redis, PEM; no others are.',
      fallback: '',
    }),
    insecure: flag({
      help: 'Allow listeners and connections beyond loopback without TLS. Whoever reads the network then reads keys, user data and disks.',
      fallback: false,
    }),
  },
  ({ certFile, keyFile, caFile }) => {
    const given = [certFile, keyFile, caFile].filter((path) => path !== '').length;
    return given === 0 || given === 3 ? null : 'certFile, keyFile and caFile must be given together';
  },
);
