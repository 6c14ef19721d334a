"""The cloud layer of openstacksdk, as programs use it. Prints a line of JSON for each step."""

import json
import sys

import openstack


def tell(step, **found):
    print(json.dumps({"step": step, **found}), flush=True)
    sys.stdin.readline()


cloud = openstack.connect(cloud="volvox")
server = cloud.create_server(
    "sdk-server", image="volvox-guest", flavor="m1.nano", network="private", auto_ip=False, wait=True, timeout=60
)
tell("created", id=server.id, status=server.status)

names = [one.name for one in cloud.list_servers(detailed=True)]
found = cloud.get_server("sdk-server")
tell("listed", names=names, id=found.id)

larger = cloud.get_flavor("m1.tiny")
cloud.compute.resize_server(server.id, larger.id)
cloud.compute.wait_for_server(cloud.compute.get_server(server.id), status="VERIFY_RESIZE", wait=60)
cloud.compute.confirm_server_resize(server.id)
cloud.compute.wait_for_server(cloud.compute.get_server(server.id), status="ACTIVE", wait=60)
tell("resized", flavor=larger.name)

image = cloud.create_image_snapshot("sdk-snapshot", server.id, wait=True, timeout=60)
tell("snapshot", id=image.id, status=image.status)

cloud.delete_image(image.id, wait=True)
gone = cloud.delete_server("sdk-server", wait=True, timeout=60)
tell("deleted", gone=gone)
