<?php

echo "done\n";
