<?php
// Runs after the hook's file, unless that ended the run.

if (\function_exists('handler')) {
    \Grapnel\Answer::finish(handler(\Grapnel\hook()->payload, \Grapnel\hook()));
}
