"""Apache libcloud's OpenStack driver, as programs use it. Prints a line of JSON for each step."""

import json
import os
import sys
import time

from libcloud.compute.providers import get_driver
from libcloud.compute.types import Provider


def tell(step, **found):
    print(json.dumps({"step": step, **found}), flush=True)
    sys.stdin.readline()


def until(what, condition):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.2)
    raise RuntimeError(f"waited in vain for {what}")


driver = get_driver(Provider.OPENSTACK)(
    os.environ["OS_USERNAME"],
    os.environ["OS_PASSWORD"],
    ex_force_auth_url=f"{os.environ['OS_AUTH_URL']}/auth/tokens",
    ex_force_auth_version="3.x_password",
    ex_tenant_name=os.environ["OS_PROJECT_NAME"],
    ex_domain_name="Default",
    ex_force_service_region=os.environ["OS_REGION_NAME"],
)


def one(things, name):
    return next(thing for thing in things if thing.name == name)


node = driver.create_node(
    name="sdk-server",
    image=one(driver.list_images(), "volvox-guest"),
    size=one(driver.list_sizes(), "m1.nano"),
    networks=[one(driver.ex_list_networks(), "private")],
)
driver.wait_until_running([node], wait_period=0.2, timeout=60, ssh_interface="private_ips")
tell("created", id=node.id, status=driver.ex_get_node_details(node.id).extra["vm_state"])

tell("listed", names=[each.name for each in driver.list_nodes()], id=one(driver.list_nodes(), "sdk-server").id)

larger = one(driver.list_sizes(), "m1.tiny")
driver.ex_resize(node, larger)
until("the new size", lambda: driver.ex_get_node_details(node.id).extra["vm_state"] == "resized")
driver.ex_confirm_resize(node)
until("the confirmed size", lambda: driver.ex_get_node_details(node.id).extra["vm_state"] == "active")
tell("resized", flavor=larger.name)

image = driver.create_image(node, "sdk-snapshot")
until("the snapshot", lambda: driver.get_image(image.id).extra["status"].lower() == "active")
tell("snapshot", id=image.id, status=driver.get_image(image.id).extra["status"])

driver.delete_image(image)
gone = driver.destroy_node(node)
until("the end of the server", lambda: driver.ex_get_node_details(node.id) is None)
tell("deleted", gone=gone)
