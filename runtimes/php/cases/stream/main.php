<?php

while (($chunk = fread($hook->body, 65536)) !== '') {
    echo $chunk;
}
