<?php

echo "partial\n";
exit(7);
