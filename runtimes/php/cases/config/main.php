<?php

echo $hook->config['greeting']['text'], "\n";
