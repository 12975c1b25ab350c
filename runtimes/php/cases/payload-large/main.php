<?php

echo strlen($hook->payload['text']), "\n";
