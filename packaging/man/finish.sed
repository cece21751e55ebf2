# What scdoc cannot say.

# It takes no @ in a title.
s/^\.TH "l4d2\.service"/.TH "l4d2@.service"/
# .TH switches hyphenation on, and a hyphenated name cannot be copied to a command line; and groff 1.23 spreads the
# words of a line, which tears commands apart.
/^\.TH /a\
.nr HY 0\
.nh\
.ds AD l\
.ad l
# A hyphen may end a line, and is not what an option begins with in every font; a minus is.
/^\./!s/-/\\-/g
s/\\h'\\-/\\h'-/g

# A backslash and an apostrophe after it are not an accent.
s/\\\\/\\e/g
