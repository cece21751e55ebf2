# What scdoc cannot say.

# It takes no @ in a title.
s/^\.TH "l4d2\.service"/.TH "l4d2@.service"/
# .TH switches hyphenation on, and a hyphenated name cannot be copied to a command line.
/^\.TH /a\
.nr HY 0\
.nh
# A hyphen may end a line, and is not what an option begins with in every font; a minus is.
/^\./!s/-/\\-/g
s/\\h'\\-/\\h'-/g
