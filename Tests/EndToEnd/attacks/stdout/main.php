<?php
while (true) {
    echo "a line of output\n";
}
