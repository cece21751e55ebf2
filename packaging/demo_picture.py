"""Draws the pictured scenes of the demonstration as they are played: demo_picture.py FILE.svg"""

import io
import sys
from pathlib import Path

import demo
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

COLUMNS = 112
TITLE = "root@games"
PROMPT = "# "

_THEME = TerminalTheme(
    background=(13, 17, 23), foreground=(201, 209, 217),
    normal=[(72, 79, 88), (255, 123, 114), (63, 185, 80), (210, 153, 34),
            (88, 166, 255), (188, 140, 255), (57, 197, 207), (177, 186, 196)],
    bright=[(110, 118, 129), (255, 161, 152), (86, 211, 100), (227, 179, 65),
            (121, 192, 255), (210, 168, 255), (86, 212, 221), (240, 246, 252)])

# rich's own loads a font from elsewhere.
_SVG = """\
<svg role="img" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<title>left4me-systemd, as packaging/demo shows it</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
    font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-family: sans-serif; font-size: 18px; font-weight: bold; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix" xml:space="preserve">
{matrix}
</g>
</g>
</svg>
"""


def fold(text):
    """Lines as a terminal breaks them."""
    for line in text.split(allow_blank=True):
        yield from line.divide(range(COLUMNS, max(len(line), 1), COLUMNS))


def main(path):
    console = Console(width=COLUMNS, file=io.StringIO(), record=True, force_terminal=True, color_system="truecolor",
                      no_color=False)

    def draw(text):
        for line in fold(text):
            console.print(line, soft_wrap=True, highlight=False)

    with demo.machine_of_this_release() as machine:
        for scene, outputs in demo.play(machine, colours=True):
            if not scene.pictured:
                continue
            draw(Text(f"\n{scene.sentence}", style="bold bright_yellow"))
            for command, output in zip(scene.commands, outputs, strict=True):
                draw(Text.assemble((PROMPT, "bright_green"), (command, "bold bright_white")))
                if output:
                    draw(Text.from_ansi(output))
    picture = console.export_svg(title=TITLE, theme=_THEME, code_format=_SVG, unique_id="demo")
    # One element a line, for whoever compares two of them.
    Path(path).write_text(picture.replace("</text><text", "</text>\n<text"))


if __name__ == "__main__":
    main(sys.argv[1])
