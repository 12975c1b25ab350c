"""Reads a binary PPM image (https://netpbm.sourceforge.net/doc/ppm.html) and answers it as a grey PGM."""

import sys

import grapnel


class NoImage(Exception):
    pass


def read_word(file):
    """The next word of the header; a comment runs from # to the end of its line."""
    word = b""
    while True:
        character = file.read(1)
        if character == b"#":
            file.readline()
            character = b"\n"
        if not character.isspace() and character:
            word += character
            if len(word) > 8:
                raise NoImage("a word of the header is too long")
        elif word or not character:
            return word


def read_number(file, name, largest):
    word = read_word(file)
    if not word.isdigit() or not 0 < int(word) <= largest:
        raise NoImage(f"the {name} is not a number from 1 to {largest}")
    return int(word)


def main(source, target):
    if read_word(source) != b"P6":
        raise NoImage("it does not begin with P6")
    width = read_number(source, "width", 65535)
    height = read_number(source, "height", 65535)
    read_number(source, "largest value", 255)
    grapnel.header("Content-Type", "image/x-portable-graymap")
    target.write(b"P5\n%d %d\n255\n" % (width, height))
    for _ in range(height):
        row = source.read(width * 3)
        if len(row) != width * 3:
            raise EOFError("the image ends too early")
        # How bright the eye sees each colour, in parts of 256.
        colours = zip(row[0::3], row[1::3], row[2::3])
        target.write(bytes((77 * red + 150 * green + 29 * blue) >> 8 for red, green, blue in colours))


try:
    main(grapnel.body, sys.stdout.buffer)
except NoImage as error:
    grapnel.respond(status=415)
    print(f"Not a binary PPM image: {error}")
