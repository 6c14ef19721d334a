# Fog for OpenStack, as programs use it. Prints a line of JSON for each step.
require 'fog/openstack'
require 'json'

def tell(step, **found)
  puts JSON.generate({ step: step, **found })
  $stdout.flush
  $stdin.gets
end

options = {
  openstack_auth_url: ENV.fetch('OS_AUTH_URL'),
  openstack_username: ENV.fetch('OS_USERNAME'),
  openstack_api_key: ENV.fetch('OS_PASSWORD'),
  openstack_project_name: ENV.fetch('OS_PROJECT_NAME'),
  openstack_domain_id: 'default',
  openstack_region: ENV.fetch('OS_REGION_NAME')
}
compute = Fog::OpenStack::Compute.new(options)
network = Fog::OpenStack::Network.new(options)
images = Fog::OpenStack::Image.new(options)

server = compute.servers.create(
  name: 'sdk-server',
  flavor_ref: compute.flavors.find { |one| one.name == 'm1.nano' }.id,
  image_ref: images.images.find { |one| one.name == 'volvox-guest' }.id,
  nics: [{ net_id: network.networks.find { |one| one.name == 'private' }.id }]
)
server.wait_for(60, 0.2) { ready? }
tell('created', id: server.id, status: server.state)

tell('listed', names: compute.servers.map(&:name), id: compute.servers.get(server.id).id)

larger = compute.flavors.find { |one| one.name == 'm1.tiny' }
server.resize(larger.id)
server.wait_for(60, 0.2) { state == 'VERIFY_RESIZE' }
server.confirm_resize
server.wait_for(60, 0.2) { ready? }
tell('resized', flavor: larger.name)

server.create_image('sdk-snapshot')
Fog.wait_for(60, 0.2) { images.images.any? { |one| one.name == 'sdk-snapshot' && one.status == 'active' } }
image = images.images.find { |one| one.name == 'sdk-snapshot' }
tell('snapshot', id: image.id, status: image.status)

image.destroy
gone = server.destroy
Fog.wait_for(60, 0.2) { compute.servers.none? { |one| one.id == server.id } }
tell('deleted', gone: gone ? true : false)
