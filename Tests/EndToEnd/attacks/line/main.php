<?php
while (true) {
    fwrite(STDERR, str_repeat("\xff\xfe\0x", 16384));
}
