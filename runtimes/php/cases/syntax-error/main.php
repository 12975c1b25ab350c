<?php

echo("before";
