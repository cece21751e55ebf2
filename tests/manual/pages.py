"""The manual pages as they are written, in scdoc(5), taken apart for the tests."""

import os
import re
from pathlib import Path

REFERENCE = re.compile(r"\*([^*\s]+)\*\((\d)\)")


def build_directory():
    path = os.environ.get("LEFT4ME_BUILD")
    if not path:
        raise RuntimeError("set LEFT4ME_BUILD to the build tree whose manual pages are to be tested")
    return Path(path)


def plain(text):
    """Without markup: * and _ go, but for a _ inside a word; what a backslash escapes stays."""
    result = ""
    i = 0
    while i < len(text):
        c = text[i]
        if c == "\\":
            i += 1
            result += text[i:i + 1]
        elif c == "_" and text[i - 1:i].isalnum() and text[i + 1:i + 2].isalnum():
            result += c
        elif c not in "*_":
            result += c
        i += 1
    return result


def bold(text):
    """What stands between unescaped stars, without its markup; but for references to pages."""
    return [plain(words) for words in re.findall(r"(?<!\\)\*((?:[^*\\]|\\.)+)\*", REFERENCE.sub("", text))]


def references(text):
    """The pages that are referred to, as {"NAME.SECTION"}."""
    return {f"{plain(name)}.{section}" for name, section in REFERENCE.findall(text)}


def entries(text):
    """{term: definition} of a definition list, with their markup. A term of several lines, which ++ joins, is
    several entries."""
    found = {}
    terms = []
    defined = False
    for line in without_literals(text).split("\n"):
        if line.startswith("\t"):
            defined = True
            for term in terms:
                found[term] = found.get(term, "") + line[1:] + "\n"
        elif line:
            terms = [*terms, line] if terms and not defined and terms[-1].endswith("++") else [line]
            defined = False
        elif defined:
            for term in terms:
                found[term] += "\n"
        else:
            terms = []
    return {term.removesuffix("++"): definition.strip("\n") for term, definition in found.items()}


def without_literals(text):
    return re.sub(r"^(\t*)```\n.*?^\1```$", "", text, flags=re.M | re.S)


def literals(text):
    return [block for _, block in re.findall(r"^(\t*)```\n(.*?)^\1```$", text, flags=re.M | re.S)]


class Page:
    def __init__(self, path):
        self.name = path.name.removesuffix(".scd")
        self.text = path.read_text()

    def section(self, title, subsection=None):
        """The text below a heading; without `subsection`, what stands before the first one."""
        whole = self.whole_section(title)
        parts = dict(_split(whole, "## "))
        return parts[subsection or ""]

    def whole_section(self, title):
        return dict(_split(self.text, "# "))[title]

    def sections(self):
        return [title for title, _ in _split(self.text, "# ") if title]

    def subsections(self, title):
        return [name for name, _ in _split(self.whole_section(title), "## ") if name]

    def all_entries(self, title):
        """entries() of a section and its subsections."""
        found = {}
        for _, text in _split(self.whole_section(title), "## "):
            found |= entries(text)
        return found


def _split(text, mark):
    """[(heading, text)], with "" for what stands before the first. In a literal block # is no heading."""
    parts = [("", [])]
    literal = False
    for line in text.split("\n"):
        literal ^= line.strip() == "```"
        if line.startswith(mark) and not literal:
            parts.append((line.removeprefix(mark), []))
        else:
            parts[-1][1].append(line)
    return [(heading, "\n".join(lines)) for heading, lines in parts]


def load():
    """{"left4me.conf.5": Page}"""
    pages = [Page(path) for path in sorted((build_directory() / "packaging/man").glob("*.scd"))]
    return {page.name: page for page in pages}
