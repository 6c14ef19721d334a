import type { Scene } from './scene.ts';

const publicKey = (name: string): string =>
  `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6fBq8l7Wr5yFPuAJ1yZ2bYk3UjWzK6sQxk0hD0XKqN ${name}-key`;

/** Makes keys (`pair`, `other`), and the network `inside` with the ports `door` and `hatch`. */
export async function prepareScene({ user }: Scene): Promise<void> {
  for (const name of ['pair', 'other']) {
    await user.call('compute', 'POST /os-keypairs', { body: { keypair: { name, public_key: publicKey(name) } } });
  }
  const made = await user.call('network', 'POST /v2.0/networks', { body: { network: { name: 'inside' } } });
  if (!('network' in made)) throw new Error('the API did not say which network it created');
  const network_id = made.network.id;
  const subnet = { network_id, ip_version: 4 as const, cidr: '10.78.0.0/24', gateway_ip: null };
  await user.call('network', 'POST /v2.0/subnets', { body: { subnet } });
  for (const name of ['door', 'hatch'])
    await user.call('network', 'POST /v2.0/ports', { body: { port: { name, network_id } } });
}
