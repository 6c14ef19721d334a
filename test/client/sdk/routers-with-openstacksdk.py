"""Routers by openstacksdk, as the demo user. Prints a line of JSON for each step."""

import json
import sys

import openstack


def tell(step, **found):
    print(json.dumps({"step": step, **found}), flush=True)
    sys.stdin.readline()


cloud = openstack.connect(cloud="volvox")
outside = cloud.get_network("sdk-outside")
network = cloud.create_network("sdk-inside")
subnet = cloud.create_subnet(network.id, cidr="10.89.0.0/24", subnet_name="sdk-subnet")
router = cloud.create_router("sdk-router", ext_gateway_net_id=outside.id)
cloud.add_router_interface(router, subnet_id=subnet.id)
owners = sorted(port.device_owner for port in cloud.list_router_interfaces(router, "internal"))
tell("joined", id=router.id, names=owners)

route = {"destination": "172.16.0.0/16", "nexthop": "10.89.0.9"}
other = {"destination": "172.17.0.0/16", "nexthop": "10.89.0.9"}
cloud.network.add_extra_routes_to_router(router.id, {"router": {"routes": [route, other]}})
cloud.network.remove_extra_routes_from_router(router.id, {"router": {"routes": [other]}})
seen = cloud.network.get_router(router.id)
tell("routed", id=router.id, names=[one["destination"] for one in seen.routes])

try:
    cloud.remove_router_interface(router, subnet_id=subnet.id)
    refused = []
except openstack.exceptions.ConflictException as error:
    refused = [str(error)]
tell("refused", id=router.id, names=refused)

cloud.network.update_router(router.id, routes=[], external_gateway_info={})
cloud.remove_router_interface(router, subnet_id=subnet.id)
gone = cloud.delete_router(router.id) and cloud.delete_network(network.id)
tell("gone", id=router.id, gone=gone)
