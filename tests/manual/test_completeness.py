"""The manual pages and the product know the same things: what only one of them knows fails here, whichever it is."""

import os
import re
import tempfile
import unittest
from pathlib import Path

from tests.manual import pages, product_text
from tests.manual.pages import bold, entries, plain
from tests.manual.product_text import tables

CATALOG = product_text.SOURCE / "helper/left4me.catalog"
# Debian's tools do what these say when the package is installed.
DECLARED = {"sysusers": product_text.UNITS / "left4me.sysusers.conf.in",
            "tmpfiles": product_text.UNITS / "left4me.tmpfiles.conf.in"}
PLACE = re.compile(r"/usr/share/(man|doc|bash-completion|zsh)/")


def bold_terms(text):
    """The bold words of all terms."""
    return {word for term in entries(text) for word in bold(term)}


def listed(definition, after):
    """The words that a definition lists behind `after`, up to the end of its sentence."""
    sentence = re.split(r"[.;]", " ".join(plain(definition).split()).partition(after)[2])[0]
    return set(re.split(r", | or ", sentence.strip()))


class Manual(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pages = pages.load()
        cls.ctl = cls.pages["l4d2ctl.1"]
        cls.overlay = cls.pages["left4me-overlay.8"]
        cls.mount = cls.pages["mount.left4me.8"]
        cls.generator = cls.pages["left4me-generator.8"]
        cls.units = cls.pages["l4d2@.service.5"]
        cls.instance = cls.pages["left4me-instance.env.5"]
        cls.host = cls.pages["left4me.conf.5"]


class Programs(Manual):
    def test_every_verb_and_option_of_the_helper_is_documented(self):
        self.assertEqual({bold(term)[0] for term in entries(self.overlay.section("VERBS"))}, set(tables()["verbs"]))
        self.assertEqual(bold_terms(self.overlay.section("OPTIONS")), set(tables()["options"]))

    def test_every_verb_and_option_of_l4d2ctl_is_documented(self):
        words = tables()["ctl"]
        self.assertEqual({bold(term)[0] for term in entries(self.ctl.section("VERBS"))}, set(words["verbs"]))
        options = set(words["options"]).union(*words["verbs"].values())
        documented = {option.removesuffix("=") for option in bold_terms(self.ctl.section("OPTIONS"))}
        self.assertEqual(documented, options | {"-h"})
        # What not every verb takes stands behind those that do.
        synopsis = [plain(line) for line in self.ctl.section("SYNOPSIS").split("\n") if line.startswith("*l4d2ctl*")]
        common = set.intersection(*map(set, words["verbs"].values()))
        for verb, taken in words["verbs"].items():
            line = next(line for line in synopsis if line.startswith(f"l4d2ctl {verb}"))
            self.assertEqual(set(re.findall(r"--\w+", line)), set(taken) - common)

    def test_every_column_and_state_of_the_list_is_documented(self):
        # The titles of the table's columns, as its source has them.
        source = (product_text.SOURCE / "generator/l4d2ctl/words/server_table.cpp").read_text()
        columns = set(re.findall(r'Column{"(\w+)"', source))
        documented = entries(self.ctl.section("LIST"))
        self.assertEqual({word for term in documented for word in bold(term)}, columns)
        words = (product_text.SOURCE / "generator/l4d2ctl/words/server_overview.cpp").read_text()
        body = words[words.index("std::string state_in_a_word("):words.index("std::string explain_state(")]
        # systemd's own words that are compared with.
        states = set(re.findall(r'"([a-z?-]+)"', body)) - {"active", "activating", "deactivating", "inactive",
                                                            "auto-restart"}
        self.assertEqual(set(bold(documented["*STATE*"])), states)

    def test_every_option_of_the_mount_helper_is_documented(self):
        options = entries(self.mount.section("OPTIONS"))
        self.assertEqual({word for term in options for word in bold(term)}, set(tables()["mount_helper_options"]))
        self.assertEqual(set(bold(options["*-o* _OPTIONS_"])) - {"x-"}, set(tables()["mount_options"]))

    def test_the_synopsis_is_how_the_program_says_to_call_it(self):
        for page in (self.overlay, self.generator):
            program = page.name.partition(".")[0]
            synopsis = {re.sub(r"^/\S*/", "", plain(line)) for line in page.section("SYNOPSIS").split("\n") if line}
            self.assertEqual(synopsis - {f"{program} --help | --version"},
                             {form for form in product_text.usage(program) if form.startswith(program)})

    def test_every_option_of_the_generator_is_documented(self):
        usage = " ".join(product_text.usage("left4me-generator"))
        self.assertEqual(bold_terms(self.generator.section("OPTIONS")), set(re.findall(r"--\w+=?", usage)))

    def test_every_file_that_is_generated_is_documented(self):
        with tempfile.TemporaryDirectory() as output:
            product_text.generate(product_text.EXAMPLE_ROOT, output)
            written = {os.path.relpath(os.path.join(where, name), output)
                       for where, _, names in os.walk(output) for name in names}
        names = os.listdir(product_text.EXAMPLE_ROOT / "var/lib/left4me/instances")
        documented = set(map(plain, entries(self.generator.section("GENERATED FILES"))))
        self.assertEqual({re.sub(rf"\b({'|'.join(names)})\b", "NAME", path) for path in written}, documented)

    def test_every_exit_code_is_documented(self):
        self.assertEqual(bold_terms(self.overlay.section("EXIT STATUS")),
                         {str(status["code"]) for status in tables()["exit_statuses"]})
        cases = product_text.SOURCE / "tests/golden/cases"
        program = product_text.SOURCE / "generator/l4d2ctl"
        verbs = "".join(path.read_text() for path in [program / "main.cpp", *program.glob("verbs/*.cpp")])
        names = set(re.findall(r"ExitStatus::(\w+)", verbs))
        codes = dict(re.findall(r"(\w+) = (\d+),", (product_text.SOURCE / "generator/text/exit_status.hpp").read_text()))
        self.assertEqual(bold_terms(self.ctl.section("EXIT STATUS")), {codes[name] for name in names} | {"1"})
        self.assertEqual(bold_terms(self.generator.section("EXIT STATUS")),
                         {"0"} | {path.read_text().strip() for path in cases.glob("*/exit")})

    def test_every_environment_variable_is_documented(self):
        read = {name for path in product_text.sources() for name in re.findall(r'getenv\("(\w+)"\)', path.read_text())}
        documented = {word.removeprefix("$") for page in self.pages.values() if "ENVIRONMENT" in page.sections()
                      for word in bold_terms(page.section("ENVIRONMENT"))}
        self.assertEqual(documented, read)


class Journal(Manual):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log = (product_text.SOURCE / "helper/verbs/message_log.cpp").read_text()

    def test_every_message_id_is_documented_and_in_the_catalog(self):
        documented = {word for word in bold_terms(self.overlay.section("JOURNAL")) if "=" not in word}
        self.assertEqual(documented, {event["message_id"] for event in tables()["events"]})
        self.assertEqual(set(re.findall(r"^-- (\w+)$", CATALOG.read_text(), flags=re.M)), documented)

    def test_the_message_id_of_every_exit_code_is_the_one_documented(self):
        documented = {}
        for term, definition in entries(self.overlay.section("JOURNAL")).items():
            if code := re.match(r"Exit code (\d+)", definition):
                documented[int(code[1])] = plain(term)
        self.assertEqual(documented, {status["code"]: status["message_id"] for status in tables()["exit_statuses"]
                                      if status["code"]})

    def test_every_field_and_priority_is_documented(self):
        fields = entries(self.overlay.section("JOURNAL"))
        self.assertEqual({plain(term) for term in fields if "=" in term}, set(re.findall(r'"([A-Z0-9_]+=)', self.log)))
        self.assertEqual(set(re.findall(r"(\d) \(", fields["*PRIORITY=*"])),
                         {str(event["priority"]) for event in tables()["events"]})

    def test_the_catalog_is_filled_in_with_fields_that_there_are(self):
        # systemd's replace_var() takes letters and underscores only.
        fields = set(re.findall(r'"([A-Z_]+)=', self.log))
        self.assertLessEqual(set(re.findall(r"@([^@\s]+)@", CATALOG.read_text())), fields)

    def test_every_entry_of_the_catalog_names_a_page_that_there_is(self):
        named = re.findall(r"^Documentation: man:(\S+)\((\d)\)$", CATALOG.read_text(), flags=re.M)
        self.assertEqual(len(named), len(tables()["events"]))
        self.assertLessEqual({".".join(page) for page in named}, set(self.pages))


class Status(Manual):
    def test_every_line_of_the_text_is_documented(self):
        lines = tables()["status_text"].splitlines()
        self.assertEqual(bold_terms(self.overlay.section("STATUS")), {line.split()[0] for line in lines})
        options = next(line.split()[1] for line in lines if line.startswith("options"))
        self.assertEqual(set(bold(entries(self.overlay.section("STATUS"))["*options*"])), set(options.split(",")))

    def test_every_state_is_documented_in_json_and_in_words(self):
        documented = entries(self.overlay.section("STATUS", "States"))
        self.assertEqual({plain(term) for term in documented}, {state["name"] for state in tables()["states"]})
        for state in tables()["states"]:
            words = re.search(r"^state +([^:;\n]+)", state["text"], flags=re.M)[1].strip()
            self.assertIn(words, [state["name"], *bold(documented[f"*{state['name']}*"])])

    def test_every_field_of_the_json_is_documented(self):
        def fields_of(value):
            if isinstance(value, dict):
                return set(value).union(*map(fields_of, value.values()))
            return set().union(*map(fields_of, value)) if isinstance(value, list) else set()

        documented = entries(self.overlay.section("JSON"))
        self.assertEqual({word for entry in documented.items() for text in entry for word in bold(text)},
                         fields_of(tables()["status_json"]))
        self.assertEqual(plain(documented["*version*"]), f"{tables()['status_json']['version']}.")
        self.assertEqual(listed(documented["*differences*"], "kind:"), set(tables()["difference_kinds"]))
        self.assertEqual(listed(documented["*configuration_change*"], "since:"),
                         set(tables()["configuration_changes"]))


class Configuration(Manual):
    def test_every_key_of_an_instance_is_documented(self):
        self.assertEqual(bold_terms(self.instance.section("KEYS")), {f"{key}=" for key in tables()["instance_keys"]})

    def test_every_forbidden_argument_is_documented(self):
        arguments = entries(self.instance.section("KEYS"))["*L4D2_ARGS=*"]
        self.assertEqual(set(bold(arguments)), set(tables()["forbidden_arguments"]))

    def test_every_key_of_the_host_is_documented_with_its_section_and_default(self):
        documented = {}
        for section in self.host.subsections("KEYS"):
            for term, definition in entries(self.host.section("KEYS", section)).items():
                default = re.search(r"Defaults\s+to\s+(\*(?:[^*\\]|\\.)+\*)", definition)
                documented[section, plain(term)] = plain(default[1]) if default else None
        self.assertEqual(documented, {(f"[{setting['section']}]", f"{setting['key']}="): setting["default"]
                                      for setting in tables()["host_settings"]})

    def test_every_way_to_mount_is_documented(self):
        ways = entries(self.host.section("KEYS", "[Mount]"))["*Way=*"]
        default = next(setting["default"] for setting in tables()["host_settings"] if setting["key"] == "Way")
        self.assertEqual(bold_terms(ways), {default, *tables()["mount_ways"]})

    def test_the_examples_can_be_used(self):
        host = [text for text in pages.literals(self.host.section("EXAMPLES")) if "[" in text]
        servers = [text for text in pages.literals(self.instance.section("EXAMPLES")) if "L4D2_PORT" in text]
        self.assertTrue(host and servers)
        for configuration in host:
            for server in servers:
                with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as output:
                    for path, text in (("left4me.conf.d/50.conf", configuration), ("instances/a/instance.env", server)):
                        file = Path(root, "etc/left4me", path)
                        file.parent.mkdir(parents=True)
                        file.write_text(text)
                    self.assertEqual(product_text.generate(root, output), "")
                    self.assertTrue(list(Path(output).glob("*.mount")))


class Units(Manual):
    # What a page says of settings that are not ours.
    NOT_OURS = {"What a 32-bit game server does not bear", "What is left out"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.texts = [path.read_text() for path in product_text.UNITS.glob("*.in")]
        with tempfile.TemporaryDirectory() as output:
            product_text.generate(product_text.EXAMPLE_ROOT, output)
            cls.generated = [path.read_text() for path in Path(output).rglob("*") if path.is_file()]
        cls.assignments = {line for text in cls.texts + cls.generated for line in product_text.assignments(text)}

    def documented_settings(self):
        """Every Setting= or Setting=Value in bold that is said to be set."""
        sections = [self.units.section(title) for title in self.units.sections()
                    if title not in ("OVERRIDING", "EXAMPLES", "DIAGNOSTICS")]
        return {word for text in sections for word in bold(pages.without_literals(text))
                if re.match(r"[A-Z][A-Za-z]+=[^ ]*$", word)}

    def test_every_unit_is_documented_and_has_a_page_of_its_name(self):
        names = set(plain(self.units.section("NAME")).strip().partition(" - ")[0].split(", "))
        self.assertEqual(names, product_text.unit_names())
        self.assertEqual(set(map(plain, entries(self.units.section("UNITS")))), names)

    def test_every_setting_of_the_template_is_documented(self):
        documented = {setting.partition("=")[0] for setting in self.documented_settings()}
        template = (product_text.UNITS / "l4d2@.service.in").read_text()
        set_here = {line.partition("=")[0] for line in product_text.assignments(template)}
        self.assertEqual(set_here - documented, {"Description", "Documentation"})

    def test_every_setting_that_is_documented_is_set_and_has_that_value(self):
        keys = set(tables()["instance_keys"]) | {setting["key"] for setting in tables()["host_settings"]}
        renderer = (product_text.SOURCE / "generator/units/instance_units.cpp").read_text()
        set_here = {line.partition("=")[0] for line in self.assignments} | keys
        set_here |= set(re.findall(r'set\("(\w+)"', renderer))
        for setting in self.documented_settings():
            key, _, value = setting.partition("=")
            with self.subTest(setting=setting):
                self.assertIn(key, set_here)
                if value and key not in keys:
                    self.assertIn(setting, self.assignments)

    def test_what_a_server_does_not_bear_is_not_set(self):
        # Of its own unit; others bear it.
        template = (product_text.UNITS / "l4d2@.service.in").read_text()
        own = {line for text in [template, *self.generated] for line in product_text.assignments(text)}
        for title in self.NOT_OURS:
            for word in bold(self.units.section("SANDBOX", title)):
                if "=" in word and not word.endswith("="):
                    self.assertNotIn(word, own)

    def test_every_unit_says_where_it_is_documented(self):
        for text in self.texts + [text for text in self.generated if "[Mount]" in text]:
            if "[Unit]" in text:
                self.assertRegex(text, r"(?m)^Documentation=man:")


class Files(Manual):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with tempfile.TemporaryDirectory() as directory:
            cls.installed = product_text.install(directory)
        cls.documented = {plain(term) for page in cls.pages.values() for term in entries(page.section("FILES"))}
        cls.declared = set(re.findall(r"^d (\S+)", DECLARED["tmpfiles"].read_text(), flags=re.M))
        cls.declared |= {f"/run/{name}" for name in product_text.values_in_units("RuntimeDirectory")}

    def test_every_file_that_is_installed_is_documented_and_no_other(self):
        installed = {path for path in self.installed if not PLACE.match(path)}
        outside = {path for path in self.documented if path.startswith(("/usr/", "/lib/"))}
        # Where an administrator's package may put a configuration, and none of ours does.
        self.assertEqual(outside - {path for path in outside if path.startswith("/usr/lib/left4me/")}, installed)

    def test_every_directory_that_is_made_is_documented_and_nothing_elsewhere(self):
        host = {path for path in self.documented if not path.startswith(("/usr/", "/lib/"))}
        self.assertEqual({path for path in self.declared
                          if not any(known == path or known.startswith(f"{path}/") for known in host)}, set())
        self.assertEqual({path for path in host - {"/run/systemd/generator"}
                          if not any(path == made or path.startswith(f"{made}/") for made in self.declared)}, set())

    def test_every_user_is_documented(self):
        users = set(re.findall(r"^u (\S+)", DECLARED["sysusers"].read_text(), flags=re.M))
        defaults = {setting["default"] for setting in tables()["host_settings"] if setting["section"] == "Users"}
        self.assertEqual(users, defaults | product_text.values_in_units("User"))
        text = plain(self.units.section("FILES"))
        for user in users:
            self.assertIn(user, text)

    def test_every_page_that_is_named_is_installed(self):
        installed = {os.path.basename(path) for path in self.installed if "/man/" in path}
        self.assertLessEqual(set(self.pages), installed)
        self.assertLessEqual({f"{unit}.5" for unit in product_text.unit_names()}, installed)
        named = {name for page in self.pages.values() for name in pages.references(page.text)}
        for text in (path.read_text() for folder in ("units.in", "generator/units")
                     for path in (product_text.SOURCE / folder).iterdir()):
            named |= {f"{name}.{section}" for name, section in re.findall(r"man:([^\s(]+)\((\d)\)", text)}
        ours = {name for name in named if re.match(r"l4d2|left4me|mount\.left4me", name)}
        self.assertLessEqual(ours, installed)


class Sections(Manual):
    WANTED = {"NAME", "SYNOPSIS", "DESCRIPTION", "DIAGNOSTICS", "EXAMPLES", "FILES", "SEE ALSO"}

    def test_every_page_has_what_somebody_in_trouble_looks_for(self):
        for page in self.pages.values():
            with self.subTest(page=page.name):
                self.assertLessEqual(self.WANTED, set(page.sections()))

    def test_every_message_that_is_explained_is_one_that_the_programs_print(self):
        for page in self.pages.values():
            for term in page.all_entries("DIAGNOSTICS"):
                # What is not bold is not a message of ours.
                for message in bold(term):
                    with self.subTest(page=page.name, message=message):
                        self.assertTrue(self.is_printed(message))

    @staticmethod
    def is_printed(message):
        """... stands for anything, and for the parts that a message is put together from."""
        pieces = [piece.strip(" :") for piece in message.split("...")]
        return all(any(piece in text for text in product_text.messages())
                   for whole in pieces for piece in re.split(r": ", whole) if piece)
