import os

os.write(2, b"\xff\xfe not text \x80\n")
os.write(2, "gr\u00fc\u00dfe \x1b[31mred\x1b[0m\n".encode())
os.write(1, b"\x00\xff binary \x80")
