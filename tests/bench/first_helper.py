#!/usr/bin/python3
"""What the first helper of this product did, for tests/bench/helper: read instance.env, check, exec nsenter and mount.

    first_helper.py ROOT mount|umount NAME
"""

import os
import re
import sys

LAYER_ROOTS = ("installation", "overlays", "global_overlay_cache", "workshop_cache")
NSENTER = ["/usr/bin/nsenter", "--mount=/proc/1/ns/mnt", "--"]
MOST_LAYERS = 500


def fail(text):
    sys.exit(f"first_helper: {text}")


def read_env(path):
    values = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            key, separator, value = line.strip().partition("=")
            if separator and not key.startswith("#"):
                values[key.strip()] = value.strip().strip("\"'")
    return values


def checked_layers(root, env):
    named = env.get("L4D2_LOWERDIRS", "").split(":")
    layers = [os.path.realpath(os.path.join(root, layer)) for layer in named if layer]
    if not 0 < len(layers) <= MOST_LAYERS:
        fail("L4D2_LOWERDIRS has no layers, or too many")
    for layer in layers:
        if not any(layer == allowed or layer.startswith(allowed + "/")
                   for allowed in (os.path.join(root, name) for name in LAYER_ROOTS)):
            fail(f"{layer} is outside the layer roots")
        if not os.path.isdir(layer) or re.search(r"[:,\\]", layer):
            fail(f"{layer} cannot be a layer")
    return layers


def check_upper(upper):
    for path in (upper, *(os.path.join(top, name) for top, directories, files in os.walk(upper)
                          for name in directories + files)):
        if any(name.startswith("user.fuseoverlayfs.") for name in os.listxattr(path, follow_symlinks=False)):
            fail(f"{path} was written by fuse-overlayfs")


def main(root, verb, name):
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}", name):
        fail(f"{name!r} is no instance's name")
    runtime = os.path.join(root, "runtime", name)
    upper, work, merged = (os.path.join(runtime, part) for part in ("upper", "work", "merged"))
    if verb == "mount":
        layers = checked_layers(root, read_env(os.path.join(root, "instances", name, "instance.env")))
        for directory in (upper, work, merged):
            os.makedirs(directory, exist_ok=True)
        check_upper(upper)
        if not os.path.ismount(merged):
            options = f"lowerdir={':'.join(layers)},upperdir={upper},workdir={work}"
            os.execv(NSENTER[0], [*NSENTER, "/usr/bin/mount", "-t", "overlay", "overlay", "-o", options, merged])
    elif verb == "umount":
        if os.path.ismount(merged):
            os.execv(NSENTER[0], [*NSENTER, "/usr/bin/umount", merged])
    else:
        fail(f"{verb!r} is no verb")


if __name__ == "__main__":
    main(*sys.argv[1:])
