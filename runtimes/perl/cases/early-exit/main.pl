use Grapnel;

$hook->header("X-Kept", "yes");
print "before\n";
exit;
print "after\n";
