"""Disks of virtual machines: ext4 in a file, made from a directory."""

import subprocess

from tests.machine import roots


def make_image(image, tree, size):
    """Writes an ext4 with everything in the directory `tree`, its owners too, to the file `image`."""
    image.unlink(missing_ok=True)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", tree, image, size], check=True, stdout=subprocess.DEVNULL)


def root_image(release):
    """A disk with a release's root file system, made once and kept: to be used with snapshot=on."""
    root = roots.vm_root(release)
    image = root.with_name(f"{root.name}.ext4")
    # The directory is another one when it was made anew.
    made_of = f"{root.stat().st_ino} {root.stat().st_mtime_ns}\n"
    note = image.with_suffix(".made-of")
    if not (image.exists() and note.exists() and note.read_text() == made_of):
        note.unlink(missing_ok=True)
        make_image(image, root, "1G")
        note.write_text(made_of)
    return image
