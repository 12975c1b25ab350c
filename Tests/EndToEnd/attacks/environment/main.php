<?php
echo file_get_contents("/proc/self/environ");
