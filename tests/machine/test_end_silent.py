"""left4me-end-silent ends a server that left4me-watch says is silent, and nobody else."""

import os
import re

from tests.machine import game_host, product, watch_files
from tests.machine.cases import on_every_release
from tests.machine.game_host import service
from tests.machine.machine import wait_until
from tests.machine.watch_files import REQUESTS, request, request_text, wait_for_no_requests

MESSAGE_ID = re.search(r"-- (\w+)\nSubject: .* had gone silent", (product.SOURCE / "helper/left4me.catalog").read_text())[1]
NOT_FOLLOWED = "left4me-watch's request to end it for its silence is not followed"


class Requests:
    @staticmethod
    def prepare(machine):
        watch_files.mask_watch(machine)

    def setUp(self):
        watch_files.make_directories(self.machine)
        if self.machine.property("left4me-end-silent.path", "ActiveState") != "active":
            self.machine.run("systemctl", "start", "left4me-end-silent.path")

    def start(self, name, port, drop_in="", health="restart"):
        if drop_in:
            self.machine.write(f"/etc/systemd/system/{service(name)}.d/test.conf", f"[Service]\n{drop_in}\n")
        self.add_instance(name, port, health=health)
        self.machine.run("systemctl", "start", service(name))

    def invocation(self, name):
        return self.machine.property(service(name), "InvocationID")

    def main_process(self, name):
        return self.machine.property(service(name), "MainPID")

    def said_of(self, name):
        return self.machine.journal("-u", service(name), "-t", "left4me-end-silent")


@on_every_release
class GoodRequests(Requests):
    def test_the_boot_brings_up_who_takes_requests(self):
        self.assertEqual(self.machine.property("l4d2.target", "Wants").split().count("left4me-end-silent.path"), 1)

    def test_a_silent_server_is_ended_once_and_started_again(self):
        self.start("alpha", 27015)
        first = self.invocation("alpha")
        request(self.machine, "alpha", request_text(first))
        self.machine.wait_for_property(service("alpha"), "NRestarts", "1")
        self.machine.wait_for_property(service("alpha"), "ActiveState", "active")
        self.assertNotEqual(self.invocation("alpha"), first)
        self.assertEqual(self.said_of("alpha").splitlines(),
                         ["alpha: it has not answered for 185 s, and was ended with SIGABRT, so that it is started again "
                          "(L4D2_HEALTH=restart)"])
        self.assertIn("status=6/ABRT", self.machine.journal("-u", service("alpha")))
        self.assertIn("it has not answered for 185 s",
                      self.machine.journal(f"MESSAGE_ID={MESSAGE_ID}", "LEFT4ME_INSTANCE=alpha", "_UID=0"))
        # The same request again is about a run that has ended.
        second = self.main_process("alpha")
        request(self.machine, "alpha", request_text(first))
        wait_for_no_requests(self.machine)
        wait_until(lambda: "the run that is meant has ended" in self.said_of("alpha"), "the second request to be refused")
        self.assertEqual(self.main_process("alpha"), second)

    def test_five_times_in_a_minute_is_given_up(self):
        self.start("hangs", 27016, drop_in="RestartSec=500ms")
        for restarts in range(1, 6):
            before = self.invocation("hangs")
            request(self.machine, "hangs", request_text(before))
            if restarts < 5:
                self.machine.wait_for_property(service("hangs"), "NRestarts", str(restarts))
                self.machine.wait_for_property(service("hangs"), "ActiveState", "active")
        # systemd before 262 leaves the Result= of what came before the start that it refuses.
        wait_until(lambda: "Start request repeated too quickly" in self.machine.journal("-u", service("hangs")),
                   "hangs to be given up")
        self.machine.wait_for_property(service("hangs"), "ActiveState", "failed")
        self.assertEqual(self.said_of("hangs").count("it has not answered for 185 s"), 5)


@on_every_release
class OtherRequests(Requests):
    def expect_left_alone(self, name, why, make, file=None):
        """\param make  puts something into the directory of requests, under the name of its parameter"""
        with self.subTest(why=why):
            before = self.main_process(name)
            make(self.machine.path(f"{REQUESTS}/{file or name}"))
            wait_for_no_requests(self.machine)
            wait_until(lambda: f"{NOT_FOLLOWED}: {why}" in self.machine.journal("-t", "left4me-end-silent"),
                       f"{why!r} to be said")
            self.assertEqual(self.main_process(name), before)
            self.assertEqual(self.machine.property("left4me-end-silent.path", "ActiveState"), "active")

    def write(self, text, owner=watch_files.USER):
        """Makes a file at a path, as whoever."""
        def make(path):
            hidden = path.with_name(".new")
            hidden.write_text(text)
            os.chown(hidden, *self.machine.user(owner))
            hidden.rename(path)
        return make

    def test_what_left4me_watch_does_not_write_ends_nobody_and_is_removed(self):
        self.start("target", 27017)
        good = request_text(self.invocation("target"))
        outside = self.machine.path(f"{watch_files.DIRECTORY}/good")
        self.write(good)(outside)

        def make_directory(path):
            hidden = path.with_name(".directory")
            (hidden / "deep/deeper").mkdir(parents=True)
            (hidden / "deep/file").write_text(good)
            hidden.rename(path)

        def make_deep_directory(path):
            hidden = path.with_name(".deep")
            (hidden / "/".join("d" * 40)).mkdir(parents=True)
            hidden.rename(path)

        form = "it is not INVOCATION_ID= and SILENT_SEC="
        for why, make in ((form, self.write("")),
                          (form, self.write(good + "MORE=1\n")),
                          ("it belongs to uid", self.write(good, "left4me")),
                          ("larger than 256 bytes", self.write(good + "\n" * 100_000)),
                          ("the run that is meant has ended", self.write(request_text("0" * 32))),
                          ("it cannot be opened: Too many levels of symbolic links",
                           lambda path: path.symlink_to("../good")),
                          ("it has 2 links", lambda path: os.link(outside, path)),
                          ("it is not a regular file", os.mkfifo),
                          ("it is not a regular file", make_directory),
                          ("it is not a regular file", make_deep_directory)):
            self.expect_left_alone("target", why, make)
        self.assertTrue(outside.exists())
        self.expect_left_alone("target", "it is about 'a b', which is", self.write(good), file="a b")
        self.expect_left_alone("target", "it has no instance.env", self.write(good), file="no-such")

    def test_one_whose_instance_env_does_not_say_so_is_left_alone(self):
        self.start("watched", 27018, health="watch")
        self.expect_left_alone("watched", "its instance.env does not say L4D2_HEALTH=restart",
                               self.write(request_text(self.invocation("watched"))))
        game_host.add_instance(self.machine, "watched", 70000, health="restart")
        self.expect_left_alone("watched", "/var/lib/left4me/instances/watched/instance.env:2: '70000' is no port",
                               self.write(request_text(self.invocation("watched"))))

    def test_one_that_is_being_stopped_is_left_alone(self):
        self.start("stopping", 27019, drop_in="ExecStop=/bin/sleep 4")
        self.machine.run("systemctl", "stop", "--no-block", service("stopping"))
        self.machine.wait_for_property(service("stopping"), "ActiveState", "deactivating")
        self.expect_left_alone("stopping", "it is deactivating", self.write(request_text(self.invocation("stopping"))))
        self.machine.wait_for_property(service("stopping"), "ActiveState", "inactive")
        self.assertEqual(self.machine.property(service("stopping"), "Result"), "success")
