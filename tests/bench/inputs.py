"""The same number of things to generate units from, for every generator: instances, lines of an fstab, containers."""

from tests.machine import game_host

_LAYERS = ("installation", "overlays/tickrate", "overlays/maps-2024", "workshop_cache/1386770452",
           "global_overlay_cache/metamod-2.0")
_MAPS = ("c1m1_hotel", "c2m1_highway", "c5m1_waterfront", "c8m1_apartment")


def names(count):
    # Without a '-', which the name of a mount unit escapes: the bare loop escapes nothing.
    return [f"server{number:05}" for number in range(count)]


def instance_env(number, autostart=True):
    """What a web application or a careful operator writes: comments, quotes, three to five layers."""
    layers = ":".join(reversed(_LAYERS[:3 + number % 3]))
    return f"""\
# server {number} of the community, see the wiki before you change it
L4D2_LOWERDIRS={layers}

# Ports are handed out in order.
L4D2_PORT={1024 + number}
L4D2_ARGS="+map {_MAPS[number % len(_MAPS)]} +maxplayers 8 -tickrate 100 +sv_tags versus,{number} +exec server.cfg"
; {'starts' if autostart else 'does not start'} at boot
L4D2_AUTOSTART={'yes' if autostart else 'no'}
"""


def write_instances(directory, count, autostart=True):
    """Makes `directory`/NAME/instance.env for that many instances."""
    for number, name in enumerate(names(count)):
        instance = directory / name
        instance.mkdir(parents=True)
        (instance / "instance.env").write_text(instance_env(number, autostart))


def write_fstab(path, count):
    """One bind mount for each instance, on what would be its mount point."""
    path.write_text("".join(f"{game_host.ROOT}/installation {game_host.merged(name)} none bind,nofail 0 0\n"
                            for name in names(count)))


def write_containers(directory, count):
    """A quadlet for each instance, with a volume where that has a layer."""
    directory.mkdir(parents=True)
    for number, name in enumerate(names(count)):
        volumes = "".join(f"Volume={game_host.ROOT}/{layer}:/layers/{place}:ro\n"
                          for place, layer in enumerate(_LAYERS[:3 + number % 3]))
        (directory / f"{name}.container").write_text(f"""\
# server {number} of the community, see the wiki before you change it
[Unit]
Description=Left 4 Dead 2 server {name}

[Container]
Image=registry.example.org/games/left4dead2:latest
{volumes}PublishPort={1024 + number}:27015/udp
Exec=+map {_MAPS[number % len(_MAPS)]} +maxplayers 8 -tickrate 100 +sv_tags versus,{number} +exec server.cfg

[Service]
Restart=on-failure

[Install]
WantedBy=multi-user.target
""")
