import type { ConfigOf } from '#platform/config/load.ts';
import { integer, list, section, text } from '#platform/config/options.ts';

/** The consoles of guests, which an api process serves to browsers. The bounds are those of one process. */
export const consolesSection = section(
  'consoles',
  {
    publicUrl: text({
      help: 'How browsers reach the consoles of this region: the start of the URLs that clients are given. Empty: api.publicUrl.',
      fallback: '',
    }),
    tokenSeconds: integer({
      help: 'How long the token in the URL of a console opens it. An open console stays open.',
      fallback: 600,
      minimum: 10,
      maximum: 86_400,
    }),
    allowedOrigins: list({
      help: 'Origins of other pages that may open consoles, or show them in a frame, such as a dashboard: `https://dashboard.example`. The origin of publicUrl always may.',
      fallback: [],
    }),
    connections: integer({ help: 'Most consoles that are open at once.', fallback: 256, minimum: 1 }),
    connectionsPerProject: integer({ help: 'The same for the servers of a project.', fallback: 32, minimum: 1 }),
    idleSeconds: integer({
      help: 'A console to which its client has sent nothing for so long is closed; 0: never.',
      fallback: 1_800,
      minimum: 0,
    }),
    maxSeconds: integer({
      help: 'A console is closed after so long, whatever passes through it; 0: never.',
      fallback: 43_200,
      minimum: 0,
    }),
  },
  ({ publicUrl, allowedOrigins }) => {
    const wrong = [...(publicUrl === '' ? [] : [publicUrl]), ...allowedOrigins].find(
      (url) => !/^https?:$/.test(schemeOf(url)),
    );
    return wrong === undefined ? null : `${wrong} is no http or https URL`;
  },
);

const schemeOf = (url: string): string => (URL.canParse(url) ? new URL(url).protocol : '');

export type ConsolesConfig = ConfigOf<{ consoles: typeof consolesSection }>['consoles'];
