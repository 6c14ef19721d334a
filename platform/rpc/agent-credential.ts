import { hash, randomBytes } from 'node:crypto';

/** The key of one agent, as its calls show it: `<agentId>.<secret>`. The conductor stores the SHA-256 of the secret only. */
export interface AgentCredential {
  readonly agentId: string;
  readonly secret: string;
}

const CREDENTIAL = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})$/;

/** 256 bits, base64url: nobody guesses it, so a plain hash protects it. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** SHA-256 in hex. */
export const hashOfSecret = (secret: string): string => hash('sha256', secret, 'hex');

export const credentialText = ({ agentId, secret }: AgentCredential): string => `${agentId}.${secret}`;

/** null: the text is no credential of an agent. */
export function parseCredential(text: string): AgentCredential | null {
  const [, agentId, secret] = CREDENTIAL.exec(text) ?? [];
  return agentId === undefined || secret === undefined ? null : { agentId, secret };
}
