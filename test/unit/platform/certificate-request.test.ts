import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { joinTokenText, parseJoinToken } from '#platform/rpc/join-token.ts';
import { certificateRequest, newCertificateKey, requestedKey } from '#platform/tls/certificate-request.ts';
import { fingerprintOf } from '#platform/tls/pinned-authorities.ts';
import { aTestAuthority } from '../../support/test-authority.ts';

describe('the request for a certificate', () => {
  const agentId = randomUUID();

  it('is for the key of whoever has its private key', () => {
    const { privateKey } = newCertificateKey();
    const request = certificateRequest(privateKey, agentId);
    expect(requestedKey(request, agentId).export({ type: 'spki', format: 'der' }).toString('base64')).toBe(
      request.publicKey,
    );
  });

  it('is worth nothing to another agent, with another key, or with none that certificates are made for', () => {
    const request = certificateRequest(newCertificateKey().privateKey, agentId);
    expect(() => requestedKey(request, randomUUID())).toThrow('proof: ');
    const other = certificateRequest(newCertificateKey().privateKey, agentId);
    expect(() => requestedKey({ ...request, publicKey: other.publicKey }, agentId)).toThrow('proof: ');
    expect(() => requestedKey({ ...request, proof: '' }, agentId)).toThrow('proof: ');
    for (const { publicKey, privateKey } of [
      generateKeyPairSync('ec', { namedCurve: 'secp384r1' }),
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ]) {
      const text = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
      const { proof } = certificateRequest(privateKey, agentId);
      expect(() => requestedKey({ publicKey: text, proof }, agentId)).toThrow('publicKey: ');
    }
    expect(() => requestedKey({ publicKey: 'nothing', proof: '' }, agentId)).toThrow('publicKey: ');
  });
});

it('a token carries the fingerprint of the authorities of one cell', () => {
  const [one, other] = [aTestAuthority(), aTestAuthority()];
  const [cert, second] = [one.authority.cert, other.authority.cert];
  const fingerprint = fingerprintOf('cell-1', cert);
  expect(fingerprint).toMatch(/^[\w-]{43}$/);
  expect(fingerprintOf('cell-1', `text around it\n${cert}`)).toBe(fingerprint);
  const others = [
    fingerprintOf('cell-2', cert),
    fingerprintOf('cell-1', second),
    fingerprintOf('cell-1', cert + second),
  ];
  expect(new Set([fingerprint, ...others]).size).toBe(4);
  expect(() => fingerprintOf('cell-1', 'no certificate')).toThrow('no certificate');
  for (const token of [
    { secret: 's', fingerprint },
    { secret: 's', fingerprint: null },
  ]) {
    expect(parseJoinToken(joinTokenText(token))).toEqual(token);
  }
  one.remove();
  other.remove();
});
