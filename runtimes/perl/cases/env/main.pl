print "$ENV{SERVICE_TOKEN} ", $ENV{SERVICE_PASSWORD} // "unset", "\n";
