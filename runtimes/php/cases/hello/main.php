<?php

echo "Hello\n";
